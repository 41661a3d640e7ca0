/* Emoji by the short names that Slack gives them, and skin tones. A name that is not here stays `:name:`, as in a real workspace. */
import { el } from '/page/dom.js';

/* Pairs of a name and its character. */
const TABLE = `
grinning 😀 smiley 😃 smile 😄 grin 😁 laughing 😆 satisfied 😆 sweat_smile 😅 rolling_on_the_floor_laughing 🤣 joy 😂
slightly_smiling_face 🙂 upside_down_face 🙃 melting_face 🫠 wink 😉 blush 😊 innocent 😇 smiling_face_with_3_hearts 🥰
heart_eyes 😍 star-struck 🤩 kissing_heart 😘 kissing 😗 relaxed ☺️ kissing_closed_eyes 😚 kissing_smiling_eyes 😙
smiling_face_with_tear 🥲 yum 😋 stuck_out_tongue 😛 stuck_out_tongue_winking_eye 😜 zany_face 🤪
stuck_out_tongue_closed_eyes 😝 money_mouth_face 🤑 hugging_face 🤗 face_with_hand_over_mouth 🤭 shushing_face 🤫
thinking_face 🤔 saluting_face 🫡 zipper_mouth_face 🤐 face_with_raised_eyebrow 🤨 neutral_face 😐 expressionless 😑
no_mouth 😶 smirk 😏 unamused 😒 face_with_rolling_eyes 🙄 grimacing 😬 lying_face 🤥 relieved 😌 pensive 😔 sleepy 😪
drooling_face 🤤 sleeping 😴 mask 😷 face_with_thermometer 🤒 face_with_head_bandage 🤕 nauseated_face 🤢 face_vomiting 🤮
sneezing_face 🤧 hot_face 🥵 cold_face 🥶 woozy_face 🥴 dizzy_face 😵 exploding_head 🤯 face_with_cowboy_hat 🤠
partying_face 🥳 disguised_face 🥸 sunglasses 😎 nerd_face 🤓 face_with_monocle 🧐 confused 😕 worried 😟
slightly_frowning_face 🙁 white_frowning_face ☹️ open_mouth 😮 hushed 😯 astonished 😲 flushed 😳 pleading_face 🥺
frowning 😦 anguished 😧 fearful 😨 cold_sweat 😰 disappointed_relieved 😥 cry 😢 sob 😭 scream 😱 confounded 😖 persevere 😣
disappointed 😞 sweat 😓 weary 😩 tired_face 😫 yawning_face 🥱 triumph 😤 rage 😡 pout 😡 angry 😠
face_with_symbols_on_mouth 🤬 smiling_imp 😈 imp 👿 skull 💀 skull_and_crossbones ☠️ hankey 💩 poop 💩 clown_face 🤡
japanese_ogre 👹 japanese_goblin 👺 ghost 👻 alien 👽 space_invader 👾 robot_face 🤖 smiley_cat 😺 smile_cat 😸 joy_cat 😹
heart_eyes_cat 😻 smirk_cat 😼 kissing_cat 😽 scream_cat 🙀 crying_cat_face 😿 pouting_cat 😾 see_no_evil 🙈 hear_no_evil 🙉
speak_no_evil 🙊 kiss 💋 love_letter 💌 cupid 💘 gift_heart 💝 sparkling_heart 💖 heartpulse 💗 heartbeat 💓
revolving_hearts 💞 two_hearts 💕 heart_decoration 💟 heavy_heart_exclamation_mark_ornament ❣️ broken_heart 💔 heart ❤️
orange_heart 🧡 yellow_heart 💛 green_heart 💚 blue_heart 💙 purple_heart 💜 brown_heart 🤎 black_heart 🖤 white_heart 🤍
100 💯 anger 💢 boom 💥 collision 💥 dizzy 💫 sweat_drops 💦 dash 💨 hole 🕳️ bomb 💣 speech_balloon 💬 left_speech_bubble 🗨️
right_anger_bubble 🗯️ thought_balloon 💭 zzz 💤 wave 👋 raised_back_of_hand 🤚 raised_hand_with_fingers_splayed 🖐️
hand ✋ raised_hand ✋ spock-hand 🖖 ok_hand 👌 pinched_fingers 🤌 pinching_hand 🤏 v ✌️ crossed_fingers 🤞
i_love_you_hand_sign 🤟 the_horns 🤘 sign_of_the_horns 🤘 call_me_hand 🤙 point_left 👈 point_right 👉 point_up_2 👆
middle_finger 🖕 point_down 👇 point_up ☝️ +1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 fist ✊ facepunch 👊 punch 👊
left-facing_fist 🤛 right-facing_fist 🤜 clap 👏 raised_hands 🙌 heart_hands 🫶 open_hands 👐 palms_up_together 🤲
handshake 🤝 pray 🙏 writing_hand ✍️ nail_care 💅 selfie 🤳 muscle 💪 mechanical_arm 🦾 leg 🦵 foot 🦶 ear 👂 nose 👃 brain 🧠
tooth 🦷 bone 🦴 eyes 👀 eye 👁️ tongue 👅 lips 👄 baby 👶 child 🧒 boy 👦 girl 👧 adult 🧑 person_with_blond_hair 👱 man 👨
woman 👩 older_adult 🧓 older_man 👴 older_woman 👵 person_frowning 🙍 no_good 🙅 ok_woman 🙆 information_desk_person 💁
raising_hand 🙋 bow 🙇 face_palm 🤦 shrug 🤷 cop 👮 guardsman 💂 construction_worker 👷 prince 🤴 princess 👸 santa 🎅
mrs_claus 🤶 superhero 🦸 mage 🧙 fairy 🧚 vampire 🧛 zombie 🧟 massage 💆 haircut 💇 walking 🚶 standing_person 🧍 running 🏃
runner 🏃 dancer 💃 surfer 🏄 bicyclist 🚴 person_climbing 🧗 couple 👫 family 👪 speaking_head_in_silhouette 🗣️
bust_in_silhouette 👤 busts_in_silhouette 👥 footprints 👣 technologist 🧑‍💻 male-technologist 👨‍💻
female-technologist 👩‍💻 mechanic 🧑‍🔧 scientist 🧑‍🔬 artist 🧑‍🎨 pilot 🧑‍✈️ astronaut 🧑‍🚀 firefighter 🧑‍🚒 detective 🕵️
ninja 🥷 judge 🧑‍⚖️ teacher 🧑‍🏫 student 🧑‍🎓 farmer 🧑‍🌾 cook 🧑‍🍳 health_worker 🧑‍⚕️ monkey_face 🐵 monkey 🐒 gorilla 🦍
dog 🐶 dog2 🐕 poodle 🐩 wolf 🐺 fox_face 🦊 raccoon 🦝 cat 🐱 cat2 🐈 lion_face 🦁 tiger 🐯 horse 🐴 racehorse 🐎
unicorn_face 🦄 zebra_face 🦓 deer 🦌 cow 🐮 ox 🐂 pig 🐷 boar 🐗 ram 🐏 sheep 🐑 goat 🐐 dromedary_camel 🐪 camel 🐫 llama 🦙
giraffe_face 🦒 elephant 🐘 rhinoceros 🦏 hippopotamus 🦛 mouse 🐭 rat 🐀 hamster 🐹 rabbit 🐰 rabbit2 🐇 chipmunk 🐿️
hedgehog 🦔 bat 🦇 bear 🐻 koala 🐨 panda_face 🐼 sloth 🦥 otter 🦦 kangaroo 🦘 badger 🦡 feet 🐾 paw_prints 🐾 turkey 🦃
chicken 🐔 rooster 🐓 hatching_chick 🐣 baby_chick 🐤 bird 🐦 penguin 🐧 dove_of_peace 🕊️ eagle 🦅 duck 🦆 swan 🦢 owl 🦉
flamingo 🦩 peacock 🦚 parrot 🦜 frog 🐸 crocodile 🐊 turtle 🐢 lizard 🦎 snake 🐍 dragon_face 🐲 dragon 🐉 sauropod 🦕 t-rex 🦖
whale 🐳 whale2 🐋 dolphin 🐬 fish 🐟 tropical_fish 🐠 blowfish 🐡 shark 🦈 octopus 🐙 shell 🐚 snail 🐌 butterfly 🦋 bug 🐛
ant 🐜 bee 🐝 honeybee 🐝 beetle 🪲 ladybug 🐞 cricket 🦗 spider 🕷️ spider_web 🕸️ scorpion 🦂 mosquito 🦟 microbe 🦠
bouquet 💐 cherry_blossom 🌸 rose 🌹 wilted_flower 🥀 hibiscus 🌺 sunflower 🌻 blossom 🌼 tulip 🌷 seedling 🌱
evergreen_tree 🌲 deciduous_tree 🌳 palm_tree 🌴 cactus 🌵 ear_of_rice 🌾 herb 🌿 shamrock ☘️ four_leaf_clover 🍀
maple_leaf 🍁 fallen_leaf 🍂 leaves 🍃 mushroom 🍄 grapes 🍇 melon 🍈 watermelon 🍉 tangerine 🍊 lemon 🍋 banana 🍌
pineapple 🍍 mango 🥭 apple 🍎 green_apple 🍏 pear 🍐 peach 🍑 cherries 🍒 strawberry 🍓 kiwifruit 🥝 tomato 🍅 coconut 🥥
avocado 🥑 eggplant 🍆 potato 🥔 carrot 🥕 corn 🌽 hot_pepper 🌶️ cucumber 🥒 broccoli 🥦 garlic 🧄 onion 🧅 peanuts 🥜
chestnut 🌰 bread 🍞 croissant 🥐 baguette_bread 🥖 pretzel 🥨 bagel 🥯 pancakes 🥞 waffle 🧇 cheese_wedge 🧀 meat_on_bone 🍖
poultry_leg 🍗 bacon 🥓 hamburger 🍔 fries 🍟 pizza 🍕 hotdog 🌭 sandwich 🥪 taco 🌮 burrito 🌯 egg 🥚 fried_egg 🍳 stew 🍲
salad 🥗 popcorn 🍿 butter 🧈 salt 🧂 canned_food 🥫 bento 🍱 rice_cracker 🍘 rice_ball 🍙 rice 🍚 curry 🍛 ramen 🍜
spaghetti 🍝 sushi 🍣 fried_shrimp 🍤 dumpling 🥟 fortune_cookie 🥠 icecream 🍦 shaved_ice 🍧 ice_cream 🍨 doughnut 🍩
cookie 🍪 birthday 🎂 cake 🍰 cupcake 🧁 pie 🥧 chocolate_bar 🍫 candy 🍬 lollipop 🍭 custard 🍮 honey_pot 🍯 baby_bottle 🍼
glass_of_milk 🥛 coffee ☕ teapot 🫖 tea 🍵 sake 🍶 champagne 🍾 wine_glass 🍷 cocktail 🍸 tropical_drink 🍹 beer 🍺 beers 🍻
clinking_glasses 🥂 tumbler_glass 🥃 cup_with_straw 🥤 chopsticks 🥢 fork_and_knife 🍴 spoon 🥄 hocho 🔪 knife 🔪
earth_africa 🌍 earth_americas 🌎 earth_asia 🌏 globe_with_meridians 🌐 world_map 🗺️ compass 🧭 mountain ⛰️ volcano 🌋
mount_fuji 🗻 camping 🏕️ beach_with_umbrella 🏖️ desert 🏜️ desert_island 🏝️ national_park 🏞️ stadium 🏟️
classical_building 🏛️ building_construction 🏗️ bricks 🧱 house_buildings 🏘️ house 🏠 house_with_garden 🏡 office 🏢
post_office 🏣 hospital 🏥 bank 🏦 hotel 🏨 convenience_store 🏪 school 🏫 department_store 🏬 factory 🏭 castle 🏰 wedding 💒
statue_of_liberty 🗽 church ⛪ fountain ⛲ tent ⛺ foggy 🌁 night_with_stars 🌃 cityscape 🏙️ sunrise_over_mountains 🌄
sunrise 🌅 city_sunset 🌆 bridge_at_night 🌉 ferris_wheel 🎡 roller_coaster 🎢 circus_tent 🎪 steam_locomotive 🚂
railway_car 🚃 bullettrain_side 🚄 train2 🚆 metro 🚇 station 🚉 train 🚋 bus 🚌 ambulance 🚑 fire_engine 🚒 police_car 🚓
taxi 🚕 car 🚗 red_car 🚗 blue_car 🚙 pickup_truck 🛻 truck 🚚 articulated_lorry 🚛 tractor 🚜 racing_car 🏎️ motor_scooter 🛵
bike 🚲 scooter 🛴 busstop 🚏 fuelpump ⛽ rotating_light 🚨 traffic_light 🚥 vertical_traffic_light 🚦 octagonal_sign 🛑
construction 🚧 anchor ⚓ boat ⛵ sailboat ⛵ canoe 🛶 speedboat 🚤 ferry ⛴️ ship 🚢 airplane ✈️ small_airplane 🛩️
airplane_departure 🛫 airplane_arriving 🛬 parachute 🪂 helicopter 🚁 rocket 🚀 flying_saucer 🛸 satellite_antenna 📡
satellite 🛰️ bellhop_bell 🛎️ luggage 🧳 hourglass ⌛ hourglass_flowing_sand ⏳ watch ⌚ alarm_clock ⏰ stopwatch ⏱️
timer_clock ⏲️ mantelpiece_clock 🕰️ clock12 🕛 clock1 🕐 clock2 🕑 clock3 🕒 clock4 🕓 clock5 🕔 clock6 🕕 clock7 🕖
clock8 🕗 clock9 🕘 clock10 🕙 clock11 🕚 new_moon 🌑 full_moon 🌕 crescent_moon 🌙 thermometer 🌡️ sunny ☀️ sun_with_face 🌞
star ⭐ star2 🌟 stars 🌠 cloud ☁️ partly_sunny ⛅ thunder_cloud_and_rain ⛈️ rain_cloud 🌧️ snow_cloud 🌨️ lightning 🌩️
tornado 🌪️ fog 🌫️ rainbow 🌈 umbrella ☂️ umbrella_with_rain_drops ☔ zap ⚡ snowflake ❄️ snowman ☃️ comet ☄️ fire 🔥
droplet 💧 ocean 🌊 jack_o_lantern 🎃 christmas_tree 🎄 fireworks 🎆 sparkler 🎇 firecracker 🧨 sparkles ✨ balloon 🎈 tada 🎉
confetti_ball 🎊 ribbon 🎀 gift 🎁 reminder_ribbon 🎗️ admission_tickets 🎟️ ticket 🎫 medal 🎖️ trophy 🏆 sports_medal 🏅
first_place_medal 🥇 second_place_medal 🥈 third_place_medal 🥉 soccer ⚽ baseball ⚾ softball 🥎 basketball 🏀
volleyball 🏐 football 🏈 tennis 🎾 bowling 🎳 golf ⛳ fishing_pole_and_fish 🎣 running_shirt_with_sash 🎽 dart 🎯 yo-yo 🪀
kite 🪁 crystal_ball 🔮 magic_wand 🪄 video_game 🎮 joystick 🕹️ slot_machine 🎰 game_die 🎲 jigsaw 🧩 teddy_bear 🧸
spades ♠️ hearts ♥️ diamonds ♦️ clubs ♣️ chess_pawn ♟️ black_joker 🃏 performing_arts 🎭 art 🎨 thread 🧵 eyeglasses 👓
goggles 🥽 lab_coat 🥼 safety_vest 🦺 necktie 👔 shirt 👕 tshirt 👕 jeans 👖 scarf 🧣 gloves 🧤 dress 👗 handbag 👜
shopping_bags 🛍️ school_satchel 🎒 athletic_shoe 👟 crown 👑 tophat 🎩 mortar_board 🎓 helmet_with_white_cross ⛑️ ring 💍
gem 💎 mute 🔇 speaker 🔈 sound 🔉 loud_sound 🔊 loudspeaker 📢 mega 📣 postal_horn 📯 bell 🔔 no_bell 🔕 musical_note 🎵
notes 🎶 studio_microphone 🎙️ microphone 🎤 headphones 🎧 radio 📻 guitar 🎸 musical_keyboard 🎹 trumpet 🎺 violin 🎻
drum_with_drumsticks 🥁 iphone 📱 calling 📲 phone ☎️ telephone ☎️ telephone_receiver 📞 pager 📟 fax 📠 battery 🔋
electric_plug 🔌 computer 💻 desktop_computer 🖥️ printer 🖨️ keyboard ⌨️ minidisc 💽 floppy_disk 💾 cd 💿 dvd 📀 abacus 🧮
movie_camera 🎥 clapper 🎬 tv 📺 camera 📷 camera_with_flash 📸 video_camera 📹 vhs 📼 mag 🔍 mag_right 🔎 candle 🕯️ bulb 💡
flashlight 🔦 notebook_with_decorative_cover 📔 closed_book 📕 book 📖 open_book 📖 green_book 📗 blue_book 📘
orange_book 📙 books 📚 notebook 📓 ledger 📒 page_with_curl 📃 scroll 📜 page_facing_up 📄 newspaper 📰 bookmark_tabs 📑
bookmark 🔖 label 🏷️ moneybag 💰 coin 🪙 yen 💴 dollar 💵 euro 💶 pound 💷 money_with_wings 💸 credit_card 💳 receipt 🧾
chart 💹 email ✉️ envelope ✉️ e-mail 📧 incoming_envelope 📨 envelope_with_arrow 📩 outbox_tray 📤 inbox_tray 📥 package 📦
mailbox 📫 mailbox_with_mail 📬 postbox 📮 ballot_box_with_ballot 🗳️ pencil2 ✏️ black_nib ✒️ lower_left_crayon 🖍️
memo 📝 pencil 📝 briefcase 💼 file_folder 📁 open_file_folder 📂 card_index_dividers 🗂️ date 📅 calendar 📆
spiral_note_pad 🗒️ spiral_calendar_pad 🗓️ card_index 📇 chart_with_upwards_trend 📈 chart_with_downwards_trend 📉
bar_chart 📊 clipboard 📋 pushpin 📌 round_pushpin 📍 paperclip 📎 linked_paperclips 🖇️ straight_ruler 📏
triangular_ruler 📐 scissors ✂️ card_file_box 🗃️ file_cabinet 🗄️ wastebasket 🗑️ lock 🔒 unlock 🔓 lock_with_ink_pen 🔏
closed_lock_with_key 🔐 key 🔑 old_key 🗝️ hammer 🔨 axe 🪓 pick ⛏️ hammer_and_pick ⚒️ hammer_and_wrench 🛠️
dagger_knife 🗡️ crossed_swords ⚔️ shield 🛡️ wrench 🔧 screwdriver 🪛 nut_and_bolt 🔩 gear ⚙️ scales ⚖️ probing_cane 🦯
link 🔗 chains ⛓️ toolbox 🧰 magnet 🧲 ladder 🪜 alembic ⚗️ test_tube 🧪 petri_dish 🧫 dna 🧬 microscope 🔬 telescope 🔭
syringe 💉 drop_of_blood 🩸 pill 💊 adhesive_bandage 🩹 stethoscope 🩺 door 🚪 mirror 🪞 bed 🛏️ couch_and_lamp 🛋️ chair 🪑
toilet 🚽 shower 🚿 bathtub 🛁 razor 🪒 broom 🧹 basket 🧺 roll_of_paper 🧻 soap 🧼 sponge 🧽 fire_extinguisher 🧯
shopping_trolley 🛒 placard 🪧 atm 🏧 put_litter_in_its_place 🚮 potable_water 🚰 wheelchair ♿ restroom 🚻 baby_symbol 🚼
wc 🚾 passport_control 🛂 customs 🛃 baggage_claim 🛄 left_luggage 🛅 warning ⚠️ children_crossing 🚸 no_entry ⛔
no_entry_sign 🚫 no_bicycles 🚳 no_smoking 🚭 do_not_litter 🚯 no_mobile_phones 📵 underage 🔞 radioactive_sign ☢️
biohazard_sign ☣️ arrow_up ⬆️ arrow_upper_right ↗️ arrow_right ➡️ arrow_lower_right ↘️ arrow_down ⬇️
arrow_lower_left ↙️ arrow_left ⬅️ arrow_upper_left ↖️ arrow_up_down ↕️ left_right_arrow ↔️
leftwards_arrow_with_hook ↩️ arrow_right_hook ↪️ arrow_heading_up ⤴️ arrow_heading_down ⤵️ arrows_clockwise 🔃
arrows_counterclockwise 🔄 back 🔙 end 🔚 on 🔛 soon 🔜 top 🔝 place_of_worship 🛐 atom_symbol ⚛️ peace_symbol ☮️ aries ♈
recycle ♻️ twisted_rightwards_arrows 🔀 repeat 🔁 repeat_one 🔂 arrow_forward ▶️ fast_forward ⏩
black_right_pointing_double_triangle_with_vertical_bar ⏭️ black_right_pointing_triangle_with_double_vertical_bar ⏯️
arrow_backward ◀️ rewind ⏪ arrow_up_small 🔼 arrow_double_up ⏫ arrow_down_small 🔽 arrow_double_down ⏬
double_vertical_bar ⏸️ black_square_for_stop ⏹️ black_circle_for_record ⏺️ eject ⏏️ cinema 🎦 low_brightness 🔅
high_brightness 🔆 signal_strength 📶 vibration_mode 📳 heavy_multiplication_x ✖️ heavy_plus_sign ➕ heavy_minus_sign ➖
heavy_division_sign ➗ infinity ♾️ bangbang ‼️ interrobang ⁉️ question ❓ grey_question ❔ grey_exclamation ❕
exclamation ❗ heavy_exclamation_mark ❗ wavy_dash 〰️ currency_exchange 💱 heavy_dollar_sign 💲 medical_symbol ⚕️
fleur_de_lis ⚜️ trident 🔱 name_badge 📛 beginner 🔰 o ⭕ white_check_mark ✅ ballot_box_with_check ☑️
heavy_check_mark ✔️ x ❌ negative_squared_cross_mark ❎ curly_loop ➰ part_alternation_mark 〽️ eight_spoked_asterisk ✳️
eight_pointed_black_star ✴️ sparkle ❇️ copyright ©️ registered ®️ tm ™️ hash #️⃣ keycap_star *️⃣ zero 0️⃣ one 1️⃣
two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣ six 6️⃣ seven 7️⃣ eight 8️⃣ nine 9️⃣ keycap_ten 🔟 capital_abcd 🔠 abcd 🔡 1234 🔢
symbols 🔣 abc 🔤 a 🅰️ ab 🆎 b 🅱️ cl 🆑 cool 🆒 free 🆓 information_source ℹ️ id 🆔 m Ⓜ️ new 🆕 ng 🆖 o2 🅾️ ok 🆗 parking 🅿️
sos 🆘 up 🆙 vs 🆚 red_circle 🔴 large_orange_circle 🟠 large_yellow_circle 🟡 large_green_circle 🟢 large_blue_circle 🔵
large_purple_circle 🟣 large_brown_circle 🟤 black_circle ⚫ white_circle ⚪ large_red_square 🟥 large_orange_square 🟧
large_yellow_square 🟨 large_green_square 🟩 large_blue_square 🟦 large_purple_square 🟪 black_large_square ⬛
white_large_square ⬜ black_medium_square ◼️ white_medium_square ◻️ black_small_square ▪️ white_small_square ▫️
large_orange_diamond 🔶 large_blue_diamond 🔷 small_orange_diamond 🔸 small_blue_diamond 🔹 small_red_triangle 🔺
small_red_triangle_down 🔻 radio_button 🔘 white_square_button 🔳 black_square_button 🔲 checkered_flag 🏁
triangular_flag_on_post 🚩 crossed_flags 🎌 waving_black_flag 🏴 waving_white_flag 🏳️ rainbow-flag 🏳️‍🌈
pirate_flag 🏴‍☠️ flag-us 🇺🇸 flag-gb 🇬🇧 flag-ca 🇨🇦 flag-de 🇩🇪 flag-fr 🇫🇷 flag-es 🇪🇸 flag-it 🇮🇹 flag-jp 🇯🇵 flag-in 🇮🇳
flag-br 🇧🇷 flag-au 🇦🇺 flag-mx 🇲🇽 flag-nl 🇳🇱 flag-se 🇸🇪 flag-ch 🇨🇭 flag-ie 🇮🇪 flag-pl 🇵🇱 flag-eu 🇪🇺 flag-cn 🇨🇳
flag-kr 🇰🇷
`;

const words = TABLE.trim().split(/\s+/);
const EMOJI = new Map(words.flatMap((word, n) => n % 2 ? [] : [[word, words[n + 1]]]));
const NAME = /:([a-z0-9_+-]+):(?::skin-tone-([2-6]):)?/g;

/* All names, for completing what somebody types. */
export const emojiNames = () => [...EMOJI.keys()];

function toned(character, tone) {
  if (!(tone >= 2 && tone <= 6)) return character;
  const [first, ...rest] = [...character].filter(part => part !== '\ufe0f');
  return first + String.fromCodePoint(0x1f3fb + tone - 2) + rest.join('');
}

/* The character of a name, or nothing. */
export function emojiCharacter(name, tone) {
  const [base, suffix] = name.split('::skin-tone-');
  const character = EMOJI.get(base);
  return character && toned(character, +(suffix || tone || 0));
}

/* A node for an emoji; what has no character here is shown as Slack shows it, between colons. */
export function emoji(name, { tone, unicode } = {}) {
  const points = /^[0-9a-f]{1,6}(-[0-9a-f]{1,6})*$/i.test(unicode || '') ? unicode.split('-').map(point => parseInt(point, 16)) : [];
  const known = emojiCharacter(name, tone) || (points.length && points.every(point => point <= 0x10ffff) ? String.fromCodePoint(...points) : '');
  if (!known) return ':' + name + ':';
  return el('span', { class: 'emo', role: 'img', 'aria-label': name.replace(/::.*$/, '').replace(/_/g, ' ') }, known);
}

/* A line of text with its `:names:` drawn. */
export function shortcodes(line) {
  const out = [];
  let from = 0;
  for (const found of line.matchAll(NAME)) {
    if (!EMOJI.has(found[1])) continue;
    out.push(line.slice(from, found.index), emoji(found[1], { tone: found[2] }));
    from = found.index + found[0].length;
  }
  out.push(line.slice(from));
  return out.filter(piece => piece !== '');
}

/* The same as characters only, for places that take no nodes (options of a native menu, labels for screen readers). */
export const withEmoji = line => line.replace(NAME, (all, name, tone) => emojiCharacter(name, tone) || all);
