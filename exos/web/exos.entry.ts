// Biblio Exos in the browser: what the script adds to pages that work without it.
import { awaitHint } from "./script/hint";
import { offerAids } from "./script/aids";
import { follow } from "./script/live";
import { knowIPad } from "./script/ipad";
import { nameAll, nameFiles, printing } from "./script/names";
import { sendWhatIsKept } from "./script/outbox";
import { play } from "./script/player";
import { rehearse } from "./script/rehearsal";
import { goOn } from "./script/post";

play();
awaitHint();
rehearse();
offerAids();
sendWhatIsKept();
void nameAll();
nameFiles();
printing();
follow();
goOn();
knowIPad();
