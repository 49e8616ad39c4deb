// What the script adds to pages that already work without it. One file for both products, loaded deferred.
import { closeMenus } from "./script/menu";
import { chooseTheme } from "./script/theme";
import { openDialogs } from "./script/dialog";
import { listen } from "./script/say";
import { settleForms } from "./script/form";

closeMenus();
chooseTheme();
openDialogs();
listen();
settleForms();
