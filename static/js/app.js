// Every page: shortcuts, suggestions, toasts, dialogs, lists. Each works on what the server sent, by delegation,
// so that fragments fetched later need no wiring.
import { startSearch } from './search.js';
import { startToasts } from './toasts.js';
import { startDialogs } from './dialogs.js';
import { startLists } from './lists.js';
import { startMentions } from './mentions.js';
import { startBuilder } from './builder.js';

startSearch();
startToasts();
startDialogs();
startLists();
startMentions();
startBuilder();
