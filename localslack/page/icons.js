/* Slack's own icons, by the names cards and icon buttons use, drawn as lines of our own. */
import { icon } from '/page/dom.js';

const PATHS = {
  archive: 'M4 5h16v4H4zM6 9v10h12V9M10 13h4', book: 'M5 4h11a3 3 0 0 1 3 3v13H8a3 3 0 0 1-3-3zM5 17a3 3 0 0 1 3-3h11', bookmark: 'M7 4h10v16l-5-4-5 4z',
  bot: 'M5 9h14v10H5zM12 9V5M9 13.5h.01M15 13.5h.01M2.5 13v3M21.5 13v3', bug: 'M8 9h8v6a4 4 0 0 1-8 0zM9 9a3 3 0 0 1 6 0M4 8l4 3M20 8l-4 3M3 14h5M16 14h5M4 20l4-3M20 20l-4-3',
  calendar: 'M4 6h16v14H4zM4 10h16M8 3.5V7M16 3.5V7', call: 'M5 4h4l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v4a2 2 0 0 1-2 2A16 16 0 0 1 3 6a2 2 0 0 1 2-2z',
  'caret-left': 'M14 6l-6 6 6 6', 'caret-right': 'M10 6l6 6-6 6', check: 'M5 12.5l5 5 9-11', clipboard: 'M6 5h12v16H6zM9 3h6v4H9z', code: 'M9 8l-4 4 4 4M15 8l4 4-4 4',
  comment: 'M4 5h16v11H9l-5 4z', compass: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM15.5 8.5l-2 5-5 2 2-5z', copy: 'M9 9h11v11H9zM5 15H4V4h11v1', cube: 'M12 3l8 4.5v9L12 21l-8-4.5v-9zM4 7.5l8 4.5 8-4.5M12 12v9',
  download: 'M12 4v11M7 11l5 5 5-5M5 20h14', edit: 'M4 20l1-4L16 5l3 3L8 19zM14 7l3 3', email: 'M3 6h18v13H3zM3 7l9 7 9-7', 'eye-closed': 'M3 10c3 5 15 5 18 0M6 13l-2 3M12 14.5V18M18 13l2 3',
  'eye-open': 'M2.5 12c4-8 15-8 19 0-4 8-15 8-19 0zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z', file: 'M6 3h8l4 4v14H6zM14 3v4h4', flag: 'M6 21V4h12l-3 4 3 4H6', folder: 'M3 6h6l2 2h10v11H3z',
  gear: 'M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.1 2.1M16.3 16.3l2.1 2.1M18.4 5.6l-2.1 2.1M7.7 16.3l-2.1 2.1',
  globe: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c5 5 5 13 0 18M12 3c-5 5-5 13 0 18', heart: 'M12 20C3 14 3 5 8 5c2 0 3.5 1.5 4 3 .5-1.5 2-3 4-3 5 0 5 9-4 15z',
  help: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.8.4-1 .9-1 1.7M12 16.5h.01', image: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9h.01',
  info: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 8h.01M12 11.5v5', key: 'M8 11a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM11 12l8-8M16 7l3 3', lightbulb: 'M9 17a6 6 0 1 1 6 0zM9.5 20h5',
  link: 'M10 14l4-4M9 8l2-2a4 4 0 0 1 6 6l-2 2M15 16l-2 2a4 4 0 0 1-6-6l2-2', map: 'M4 6l5-2 6 2 5-2v14l-5 2-6-2-5 2zM9 4v14M15 6v14', mobile: 'M7 3h10v18H7zM11 18h2',
  'new-window': 'M14 4h6v6M20 4l-9 9M18 14v6H4V6h6', pin: 'M9 4h6l-1 6 3 3H7l3-3zM12 13v7', plus: 'M12 5v14M5 12h14', refine: 'M4 7h16M7 12h10M10 17h4', refresh: 'M19 8a8 8 0 1 0 1 6M20 4v5h-5',
  rocket: 'M9 15l-3-3c2-6 6-9 13-9 0 7-3 11-9 13zM6 12H3l3-4M12 18v3l4-3M5 16l-2 5 5-2', save: 'M5 4h11l3 3v13H5zM8 4v5h7V4M8 20v-6h8v6', screen: 'M3 5h18v11H3zM9 20h6M12 16v4',
  share: 'M12 15V4M8 8l4-4 4 4M6 12H5v8h14v-8h-1', sparkle: 'M12 3l2 7 7 2-7 2-2 7-2-7-7-2 7-2z', star: 'M12 3.5l2.6 5.4 5.9.8-4.3 4.1 1 5.9-5.2-2.8-5.2 2.8 1-5.9-4.3-4.1 5.9-.8z',
  tag: 'M4 4h8l8 8-8 8-8-8zM8 8h.01', 'thumbs-up': 'M7 11v9H4v-9zM7 11l4-8a2 2 0 0 1 2 2v4h5a2 2 0 0 1 2 2.3l-1.2 7a2 2 0 0 1-2 1.7H7',
  trash: 'M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10 11v5M14 11v5', upload: 'M12 16V5M7 9l5-5 5 5M5 20h14', user: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4 21c1-8 15-8 16 0', warning: 'M12 4l9 16H3zM12 10v5M12 17.5h.01',
};

const SAME = { 'thumbs-down': 'thumbs-up', 'star-filled': 'star' }; // turned, and filled, by the style sheet

/* The drawing of a name, or null where there is none. */
export function slackIcon(name) {
  const known = SAME[name] || name;
  if (!Object.hasOwn(PATHS, known)) return null;
  const made = icon(PATHS[known]);
  made.setAttribute('class', 'slackicon ' + name);
  return made;
}
