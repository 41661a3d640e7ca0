"""Families of words that mean much the same in a small shop's mail.

A few hundred examples cannot show every word for "refund" or "angry". Each family found in a text is one more feature
for the classifiers, beside the words themselves, so that a word which no example used still speaks. General English
only: what a team sells is learned from its examples.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

_FAMILIES: Mapping[str, str] = {
    # money
    "charge": r"charg(?:e|es|ed|ing)|bill(?:ed|ing)|debit(?:ed|s)?|deduct\w*|overcharg\w*|withdr[ae]w\w*",
    "refund": r"refund\w*|money back|reimburs\w*|chargeback\w*|credit note|give me back|pay me back|paid back",
    "invoice": r"invoices?|receipts?|bills?|statements?|vat|tax id|accounting|credit note",
    "fee": r"fees?|surcharge\w*|deposits?|penalt\w+|extra cost|tax(?:es)?",
    "pay": r"pay|pays|paying|paid|payments?|autopay|direct debit|transaction\w*|purchase[sd]?",
    "card": r"credit card|debit card|card|visa|mastercard|amex|bank|checks?|cash|transfer\w*|top[- ]?up",
    "twice": r"twice|double|two times|duplicate\w*|wrong amount|overpaid|too much",
    "price": r"prices?|pricing|costs?|rates?|how much|quotes?|quotation|offer|budget|discounts?|deal|afford\w*|cheap\w*",
    # buying and having
    "buy": (
        r"buy|buying|purchase|sell|for sale|in stock|order new|upgrade|financ\w+|lease|leasing|afford|try out|demo|"
        r"trial"
    ),
    "interest": (
        r"interested|considering|thinking (?:about|of)|looking (?:for|to|at)|would like to know|tell me more|"
        r"enquir\w+|inquir\w+|compar\w+|recommend|do you (?:offer|sell|have|do|rent|carry)|want to (?:join|sign)"
    ),
    "join": r"join\w*|sign up|signing up|become a|subscri\w+|member\w*|plans?|packages?",
    "rent": r"rent\w*|hire|hiring|loan\w*|borrow\w*|reserv\w+",
    "group": (
        r"group|groups|people|persons|guests|employees|staff|team|family|adults?|kids|children|school|company|"
        r"office|hotel"
    ),
    # things that were ordered
    "deliver": r"deliver\w*|ship\w*|arriv\w+|parcel\w*|package came|track\w*|courier|drop off|dispatch\w*|on its way",
    "book": r"book|booking\w*|booked|reserv\w+|appointment\w*|schedul\w+|slot|put me down|hold",
    "change": (
        r"chang\w+|mov(?:e|ed|ing)|reschedul\w+|postpone\w*|push|extend\w*|swap\w*|exchang\w+|instead|switch\w*|"
        r"add|remove"
    ),
    "cancel": r"cancel\w*|call off|no longer need|don't need|withdraw|terminate|stop my",
    "order": r"orders?|ordered|ordering|zzorder|reorder\w*|item|items|preorder\w*",
    # trouble and help
    "broken": (
        r"broke\w*|break|stopped|stuck|crash\w*|fail\w*|error\w*|not work\w*|doesn't work|won't|isn't working|"
        r"jam\w*|leak\w*|loose|wobbl\w*|squeal\w*|squeak\w*|flat|noise|noisy|faulty|defect\w*|declin\w+|reject\w*|"
        r"damag\w+"
    ),
    "access": (
        r"log ?in|login|password|passcode|pin|code|account|locked out|verify|verif\w+|identity|activat\w+|sign in|"
        r"unblock\w*|block|username|user name"
    ),
    "howto": (
        r"how do i|how can i|how to|how does|what should i|can you (?:help|explain|tell)|where (?:do|can) i|"
        r"why (?:is|does|can't)"
    ),
    "ready": r"ready|done|finished|status|update on|any news|progress|still waiting|completed|when will",
    "hours": r"open|opening|close|closes|closed|closing|hours|holiday\w*|o'clock",
    "app": r"app|website|web ?site|site|page|online|portal|phone|browser|wifi|bluetooth",
    "repair": (
        r"repair\w*|fix\w*|service[sd]?|servicing|tune|tuned|maint\w+|workshop|mechanic\w*|warranty|guarantee|"
        r"adjust\w*"
    ),
    "ride": (
        r"bikes?|bicycles?|e ?bikes?|ebikes?|wheels?|tires?|tyres?|chain|brakes?|gears?|saddle|helmets?|pedals?|"
        r"frame|motor|battery|trailer|tandem|scooters?|rack|fork|spokes?|lights?|pump|derailleur|handlebars?|"
        r"cycling|ride|rides"
    ),
    # how it is said
    "praise": (
        r"great|awesome|amazing|fantastic|wonderful|excellent|perfect\w*|brilliant|lovely|love|loved|best|fabulous|"
        r"superb|delight\w*|pleas(?:ed|ure)|happy|glad|impress\w*|kudos|compliment\w*|outstanding|beautiful|nice|"
        r"enjoy\w*|satisfied|grateful|appreciat\w*|kind|friendly|helpful|fast|quick|five stars|well done|"
        r"top (?:job|service|people|work|notch)|smile|joy|good job"
    ),
    "thanks": r"thank\w*|thx|grateful|appreciat\w*|cheers|kudos",
    "anger": (
        r"angry|furious|annoy\w*|upset|disappoint\w*|frustrat\w*|unacceptable|ridiculous|terribl\w+|awful|"
        r"horribl\w+|worst|worse|outrag\w*|disgrac\w*|shame\w*|fed up|sick of|tired of|useless|pathetic|joke|rude|"
        r"cheat\w*|scam\w*|regret\w*|poor\w*|ruined|wasted|mess|junk|excuses?|ignor\w+|incompeten\w*|never again|"
        r"not happy|unhappy|had enough|patience|lawyer|complain\w*|unbeliev\w*|shocked|disgust\w*|lies|lied|badly|"
        r"careless\w*|nothing but trouble"
    ),
    "again": (
        r"again|third time|second time|still|keeps?|always|every time|twice already|once more|how many times|"
        r"nobody|no one"
    ),
    "urgent": (
        r"urgent\w*|asap|immediate\w*|right now|right away|emergenc\w+|hurry|at once|as soon as possible|"
        r"can't wait|cannot wait|deadline|time critical|time sensitive|top priority|quick please|quickly|today|"
        r"tonight|within the (?:hour|next)|before noon|before midnight|stranded|accident|stolen|stuck|fire|"
        r"smok(?:e|ing)|sparks|running out|by tomorrow"
    ),
    "wish": (
        r"suggest\w*|idea|ideas|feedback|would be (?:nice|great|cool|good|helpful)|wish|feature|improve\w*|"
        r"consider|maybe you|could you add|should (?:offer|add|open)|have you thought|"
        r"please (?:bring back|add|consider)|i'd love to see|would love to see|criticism|review|survey|opinion|"
        r"one more thought"
    ),
    # who writes
    "business": (
        r"we are a|we're a|our company|our brand|our products?|"
        r"we (?:make|produce|manufacture|sell|supply|deliver|organi[sz]e|run)|supplier\w*|vendor\w*|distribut\w+|"
        r"manufactur\w+|wholesale\w*|reseller\w*|dealer\w*|factory|agency|on behalf of|i represent"
    ),
    "together": (
        r"partner\w*|cooperat\w+|collaborat\w+|sponsor\w*|joint|together|co-?host\w*|cross promot\w*|affiliate|"
        r"referral|promotion|proposal|introduce|samples|donate|raffle|charity|non profit|team up|working together|"
        r"agreement|terms"
    ),
    "press": (
        r"journalist\w*|press|magazine|newspaper|media|interview\w*|article|podcast\w*|radio|tv|film\w*|"
        r"photograph\w*|story|publish\w*|blog|reporter|write (?:for|about)|courier daily"
    ),
    "bait": (
        r"free|won|winner|win|prize|claim|guarantee\w*|click|limited|act now|no obligation|earn|income|per week|"
        r"profit\w*|congratulations|selected|urgent business|inherit\w*|million|lottery|casino|bonus|deal expires|"
        r"unsubscribe|offer ends|exclusive|risk free"
    ),
    "trick": (
        r"seo|backlinks?|ranking|rank|traffic|followers|crypto|bitcoin|btc|forex|invest\w*|loans?|pills?|viagra|"
        r"replica|dating|singles|password here|verify your|mailbox|bank details|gift cards?|developers|telegram|"
        r"whatsapp|lead(?:s)? (?:list|database)|email lists?|webinar|mortgage|debt|first page|google"
    ),
    "profile": (
        r"my (?:address|email|e-mail|mail|phone|number|name|profile|account|data|details|password|birth)|"
        r"our (?:address|account)|update (?:my|our|the)|new (?:address|number|email|card|office|name)|delete my|"
        r"mailing list|newsletter|unsubscribe"
    ),
    "manners": r"please|could you|would you|can you|i would like|i'd like|we would like",
    # not a shop's business
    "world": (
        r"weather|rain|forecast|temperature|capital|president|world cup|movie|song|music|joke|planet|moon|earth|"
        r"mars|history|recipe|cook\w*|bake|eggs?|pizza|restaurant|food|calories|vitamins|doctor|dentist|symptoms|"
        r"flu|headache|stock market|stocks?|dow|news|score|team leads|league|game|games|translate|spell|synonym|"
        r"definition|word mean|meaning of|math|equation|homework|essay|script|program|horoscope|flight|hotel room|"
        r"train|traffic|highway|passport|visa application|election|puppy|dog|cat|cats|garden|plants?|tomato\w*|"
        r"bedroom|kitchen|carpet|alarm|timer|remind me|calendar|play|lights off|turn (?:on|off)|language|country|"
        r"city|river|mountain|mount|tall|invented|painted|wrote|born|died|war|king|queen|science|physics|universe"
    ),
    "chat": (
        r"hello there|how are you|who are you|are you (?:a|an) (?:bot|robot|human|ai)|your (?:name|favorite|age)|"
        r"tell me (?:a|about yourself)|lol|haha|good morning|good night|bored|lonely|do you like|sing|asdf|test"
    ),
}

FAMILIES: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {name: re.compile(rf"(?<!\w)(?:{words})(?!\w)") for name, words in _FAMILIES.items()}
)


def families_in(text: str) -> list[str]:
    """The families that a text speaks of. `text` is lower case with plain apostrophes."""
    return [name for name, pattern in FAMILIES.items() if pattern.search(text)]
