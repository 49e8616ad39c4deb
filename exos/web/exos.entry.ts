// Biblio Exos in the browser: what the script adds to pages that work without it.
import { offerAids } from "./script/aids";
import { sendWhatIsKept } from "./script/outbox";
import { play } from "./script/player";

play();
offerAids();
sendWhatIsKept();
