// The console's pages work without this. It keeps the counters in step with the boxes, and says what is chosen before it is sent.
import { followBoxes } from "./script/boxes";
import { showChosen } from "./script/chosen";
import { countLive } from "./script/live";
import { countPicked } from "./script/picked";
import { findClass } from "./script/findclass";
import { roam } from "./script/roam";
import { follow } from "./script/follow";

followBoxes();
findClass();
roam();
showChosen();
countPicked();
countLive();
follow();
