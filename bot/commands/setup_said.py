"""The words of ``supplier-bot setup``."""

from __future__ import annotations

from typing import Final

WELCOME: Final = """\
This connects the bot with your shop. Each step is written to {file} as soon as it is done, readable
by you alone; Ctrl-C ends at any time, and `supplier-bot setup` goes on from there."""

BOTFATHER: Final = """\
Your bot needs a name of its own in Telegram:
  1. Open https://t.me/BotFather in Telegram and press Start.
  2. Send /newbot. Give it a name, then a username that ends with "bot".
  3. It answers with a token, like 123456789:AAE... Copy it and paste it here."""
NO_TOKEN: Final = "That is no token: it is digits, a colon and some 35 letters."  # noqa: S105
UNKNOWN_TOKEN: Final = "Telegram does not know this token: copy the whole of it."  # noqa: S105
TELEGRAM_AWAY: Final = "Telegram cannot be reached at {url}: look at the network, then try again."
TELEGRAM_SAID: Final = 'Telegram said "{said}": try again in a while.'
THE_BOT: Final = "Your bot is @{name}."
ANOTHER_BOT: Final = "That is another bot than before: its chats begin anew. Use it?"

MARKETPLACE: Final = """\
The address is what your browser shows on the marketplace, up to the first single slash."""
NO_ADDRESS: Final = "That is not an address: write it whole, such as https://marketplace.example"
NO_SCHEME: Final = "Write it with https:// in front, such as https://{typed}"
AN_OPERATION: Final = "That is the address of one page of it; the marketplace's own is {base}"
A_PREFIX: Final = "Every operation is looked for below {url}. Is that right?"

DOCUMENTATION: Final = """\
The addresses of the marketplace's operations stand on its documentation page alone; {count} of them
are guessed until you import it. Open the page in your browser and save it (Ctrl-S), or copy its
address."""
TAKE_PART: Final = "Take the {count} that were found, and leave the others as they are?"

KEY: Final = "The key is on the marketplace, in your profile, on the API key page."
SESSION: Final = """\
Without a key, the browser's session can be used: the whole Cookie header of a page of the
marketplace, from the browser's developer tools (Network, Request Headers)."""
NO_KEY: Final = "A key has no spaces and no other odd signs: copy it again."
NO_COOKIE: Final = "That is no cookie header with csrftoken in it: copy the whole line."
KNOWN: Final = "The marketplace knows you: a read worked."
REFUSED: Final = "The marketplace refuses that: copy it again."
MARKET_AWAY: Final = "{url} does not answer."
NO_ADDRESSES: Final = "It answers, but not at the addresses in use: import the page first."
UNCLEAR: Final = "The marketplace answered, but neither yes nor no."
ITS_WORDS: Final = ' It says "{words}".'
KEEP_ANYWAY: Final = "Keep it, unchecked?"

OWNER: Final = """\
The owner sees everything, and is told of every order from the first start."""
RUNNING: Final = "The bot is running: stop it first, or its owner's tap goes to it instead of here."
TAP: Final = """\
Open this link on the phone with your Telegram, and press Start:
  {link}
(or send your bot: /start {code})"""
WAITING: Final = "Waiting for your tap, ten minutes at most. Ctrl-C leaves it for later."
TAPPED: Final = "{name} tapped. Is that you?"
NOBODY: Final = "Nobody tapped in time."
OTHERS: Final = "Another program fetches this bot's messages: stop that one first."
MANY_WAIT: Final = "A hundred messages wait for the bot, before yours: choose another way."
LATER: Final = "Then `supplier-bot run` prints a code: send it to your bot as /start CODE."
NO_ID: Final = "A user ID is a number, like 1001; several are separated by commas."

NO_ZONE: Final = "No such place is known: try the nearest big city, or an offset such as UTC+3."
NO_CURRENCY: Final = "A currency has three letters, like USD."
IN_ENVIRONMENT: Final = "The environment has {names} too, and wins over {file}: change that."
DONE: Final = """\
All of it is in {file}. Start the bot with:
  {command} run
Its first start prints a lock code: write it on paper. Sent to the bot from any Telegram account, it
stops everything when a phone is lost.
`{command} service install` keeps it running; `{command} doctor` looks at everything."""
TOO_OFTEN: Final = "That did not work {times} times: begin again with `supplier-bot setup`."
NO_TERMINAL: Final = "`supplier-bot setup` asks questions: run it in a terminal."
ENDED: Final = "Ended. What was written is kept; `supplier-bot setup` goes on from there."
