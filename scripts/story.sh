#!/usr/bin/env bash
# The whole story with curl, as its actors live it, against a demonstration that runs (`go run ./cmd/pupitre demo`):
#   scripts/story.sh [--http PORT] [--https PORT] [--data DIR]      8080, 8443 and data, as the demonstration's own
# It says what each does and what comes back, and ends with 1 where the story breaks. It may be told again and again: each
# telling has an order of its own, and leaves the copies with those who had them. It needs bash, curl, awk, sed and grep.
set -euo pipefail
export LC_ALL=C # pages are UTF-8 whatever the terminal is: to us, bytes

http=8080 https=8443 data=data
while [ $# -gt 0 ]; do
  case "$1 ${2:-}" in
  --http\ [0-9]*) http=$2 ;;
  --https\ [0-9]*) https=$2 ;;
  --data\ ?*) data=$2 ;;
  *) sed -n '2,5s/^# //p' "$0" >&2; exit 2 ;;
  esac
  shift 2
done

portal=http://portail.localhost:$http broker=http://pupitre.localhost:$http exos=http://exos.localhost:$http
publisher=http://editeur.localhost:$http distributor=https://abonnement.localhost:$https
school=0991234D ark=ark:/99999/preau-labo-grammaire-5e workbook="Le labo de grammaire 5e" physics="Physique pas à pas 5e"

# ── telling ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

room=$(mktemp -d "${TMPDIR:-/tmp}/story.XXXXXX") # cookies, and the page that is open
trap 'code=$?; rm -rf "$room"; [ $code = 0 ] || echo "The story did not reach its end." >&2' EXIT

acts=0
act() { acts=$((acts + 1)); printf '\n%d. %s\n' $acts "$1"; }
tell() { printf '   %s\n' "$@"; }

# broke EXPECTED GOT ends the story.
broke() { printf '\n   The story breaks here, in act %d.\n   expected: %s\n   got:      %s\n' $acts "$1" "$2" >&2; exit 1; }
equal() { [ "$2" = "$3" ] || broke "$1: $3" "$2"; } # equal WHAT GOT WANT
answers() { [ "$status" = "$1" ] || broke "status $1" "$(seen)"; }
shows() { [[ $(words) == *"$1"* ]] || broke "a page that says « $1 »" "$(seen)"; }
hides() { [[ $(words) != *"$1"* ]] || broke "a page without « $1 »" "$(seen)"; }

# soon COMMAND… looks every tenth of a second until it is so. Pupitre promises a second; a machine that is busy otherwise has five.
soon() { for looks in {1..50}; do if "$@"; then return; fi; sleep 0.1; done; false; }

# ── a small browser ──────────────────────────────────────────────────────────────────────────────────────────────────────

names=(--resolve "abonnement.localhost:$https:127.0.0.1")
for name in portail pupitre exos editeur; do names+=(--resolve "$name.localhost:$http:127.0.0.1"); done

# ask [OPTION…] ADDRESS leaves the answer in $room/page, its $status, and $at which address it came after how many $hops.
ask() {
  local came
  : >"$room/page"
  came=$(curl -q -sS --max-time 10 --noproxy '*' "${names[@]}" -o "$room/page" -w '%{http_code} %{num_redirects} %{url_effective}' "$@") ||
    broke "an answer from ${!#}" "none, for the reason above; does the demonstration run with these ports and this folder?"
  read -r status hops at <<<"$came"
}

who=stranger # whose browser it is: everybody has their own cookies
visit() { ask -b "$room/$who" -c "$room/$who" -L "$@"; }

# reading WHAT [TEXT] finds in the open page what a person would:
#   link TEXT    where the first link goes whose words hold TEXT
#   box TEXT     the field of the box whose label begins with TEXT
#   button TEXT  where the form goes whose button begins with TEXT, then what it sends by itself: hidden, ticked, the button's own
#   rows         the tables, a row a line: fields « name=value », words, and « Column=words », with tabs between
reading() {
  awk -v what="$1" -v want="${2:-}" '
    function plain(s) { gsub(/&#39;/, "\047", s); gsub(/&#43;/, "+", s); gsub(/&#34;/, "\"", s); gsub(/&amp;/, "\\&", s); return s }
    function attr(a) { return match(tag, "[ \n]" a "=\"[^\"]*\"") ? plain(substr(tag, RSTART + length(a) + 3, RLENGTH - length(a) - 4)) : "" }
    function is(a) { return (tag " ") ~ "[ \n]" a "[ \n=]" }
    function field() { return attr("name") "=" attr("value") }
    function words() { gsub(/[ \t\n]+/, " ", said); gsub(/^ | $/, "", said); return plain(said) }
    BEGIN { RS = "<" }
    { end = index($0, ">"); tag = substr($0, 1, end - 1); kind = tag; sub(/[ \n].*/, "", kind) }
    { box = kind == "input" && attr("type") ~ /^(radio|checkbox)$/ && is("name") && !is("disabled") }
    kind == "a" { href = attr("href") }
    kind == "/a" && what == "link" && index(words(), want) { print href; exit }
    kind == "/label" && what == "box" && index(words(), want) == 1 { print choice; exit }
    kind == "form" { form = attr("id") == "" ? "form " NR : attr("id"); action[form] = attr("action") }
    kind == "/form" { form = "" }
    kind == "input" && (attr("type") == "hidden" || box && is("checked")) { sends[form] = sends[form] field() "\n" }
    kind == "button" { of = is("form") ? attr("form") : form; to = attr("formaction"); own = is("name") ? field() : "" }
    kind == "/button" && !found && index(words(), want) == 1 { found = 1; pressed = of; goes = to; more = own }
    kind == "tr" { row = "" }
    kind ~ /^t[dh]$/ { column = is("data-l") ? attr("data-l") "=" : "" }
    kind ~ /^\/t[dh]$/ { row = row column words() "\t" }
    kind == "/tr" && what == "rows" { print row }
    box { choice = field(); row = row choice "\t" }
    kind ~ /^(a|label|button|td|th)$/ { said = "" }
    { said = said substr($0, end + 1) }
    END { if (what == "button" && found) printf "%s\n%s%s", goes == "" ? action[pressed] : goes, sends[pressed], more == "" ? "" : more "\n" }
  ' "$room/page"
}
words() { sed -n '/<main/,/<\/main>/p' "$room/page" | sed 's/<[^>]*>/ /g' | tr -s ' \n' ' '; }
heading() { sed -n "s|.*<$1[^>]*>\([^<]*\)<.*|\1|p" "$room/page" | sed -n 1p; }
seen() { echo "status $status from $at, « $(heading h1) »"; }
here() { case $1 in http*) echo "$1" ;; *) echo "$at" | sed "s|\(//[^/]*\).*|\1$1|" ;; esac; } # completes an address of the page

# need WHAT TEXT is what reading finds; the story breaks where there is none.
need() { reading "$1" "$2" | grep . || broke "a $1 « $2 »" "$(seen)"; }
follow() { local href; href=$(need link "$1"); visit "$(here "$href")"; }
tick() { need box "$1"; } # a field, to press a button with

# press TEXT [FIELD…] presses a form's button, with what was typed or ticked.
press() {
  local form line fields=()
  form=$(need button "$1")
  while IFS= read -r line; do
    [[ " ${*:2}" == *" ${line%%=*}="* ]] || fields+=(--data-urlencode "$line") # what was ticked now takes its place
  done < <(sed 1d <<<"$form")
  for line in "${@:2}"; do fields+=(--data-urlencode "$line"); done
  visit "${fields[@]}" "$(here "${form%%$'\n'*}")"
}

# ── what the actors can do ───────────────────────────────────────────────────────────────────────────────────────────────

# order WANT METHOD [XML] is the distributor's program, with its certificate.
order() {
  local pem=$data/certificats
  ask --cacert "$pem/autorite.pem" --cert "$pem/distributeur.pem" --key "$pem/distributeur.key" \
    -X "$2" -H 'Content-Type: application/xml;charset=utf-8' --data-binary "${3:-}" "$distributor/$id"
  tell "$2 $distributor/$id → $status"
  answers "$1"
}

# sign_in LOGIN ADDRESS opens an address, is led to the portal's form and from there back, signed in (CAS).
sign_in() {
  who=$1
  visit "$2"
  [[ $at == "$portal"/login* ]] || broke "to be led to $portal/login" "$(seen)"
  press "Se connecter" "login=$1" password=pupitre
  [[ $at == "$broker"/* && $status = 200 ]] || broke "to be led back to $broker, signed in" "$(seen)"
  tell "$2 → the portal asks who it is → « $(heading h1) »"
}

# shelf LOGIN opens the Médiacentre of somebody who has signed in.
shelf() { who=$1; visit "$broker/mediacentre"; }

# The manager's desk: the resources, whom to give one, who has one, and the six figures.
resources() { who=claire.vasseur; visit "$broker/affectation/$school/ressources"; shows "$workbook"; }
population() { resources; follow "$1"; }
holders() { population "$1"; follow "Qui l’a déjà"; }
holding() { holders "$1"; reading rows | tr '\t' '\n' | sed -n '/^cible=person:/p'; } # a field a line
copy_of() { reading rows | grep -E "$1" | cut -f1; }
give() { population "$1"; press "Voir le plan" "${@:2}"; tell "the plan: « $(heading h1) »"; press "Attribuer "; answers 200; }
take_back() { holders "$1"; press "Reprendre" "${@:2}"; tell "the question: « $(heading h2) »"; press "Reprendre "; answers 200; }
counter() { reading rows | grep -F "$workbook" | tr '\t' '\n' | sed -n "s/^$1=//p" | tr -cd 0-9; }
counters() {
  resources
  available=$(counter Disponibles) assigned=$(counter Attribués) total=$(counter Total)
  tell "Sélectionnés $(counter Sélectionnés), Disponibles $available, Restants $(counter Restants), Suggérés $(counter Suggérés), Attribués $assigned, Total $total"
  equal "Disponibles + Attribués" $((available + assigned)) "$total"
}

# restore TITLE HELD gives a resource's copies back to those who had them, and to nobody else.
restore() {
  local now take back
  now=$(holding "$1")
  take=$(grep -vxF "$2" <<<"$now") || true
  back=$(grep -vxF "$now" <<<"$2") || true
  [ -z "$take" ] || take_back "$1" $take # one field a word
  [ -z "$back" ] || give "$1" $back
}

# ── the story ────────────────────────────────────────────────────────────────────────────────────────────────────────────

id=histoire-$(date +%Y%m%d%H%M%S)-$$ year=$(date +%Y)
subscription="<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<abonnement xmlns=\"http://www.atosworldline.com/wsabonnement/v1.0/\">
  <idAbonnement>$id</idAbonnement><idDistributeurCom>999000808_0000000000000808</idDistributeurCom>
  <idRessource>$ark</idRessource><typeIdRessource>ark</typeIdRessource><libelleRessource>$workbook</libelleRessource>
  <debutValidite>$((year - 1))-09-01T00:00:00</debutValidite><finValidite>$((year + 1))-08-15T00:00:00</finValidite>
  <uaiEtab>$school</uaiEtab><categorieAffectation>transferable</categorieAffectation><typeAffectation>INDIV</typeAffectation>
  <nbLicenceEleve>25</nbLicenceEleve><publicCible>ELEVE</publicCible>
</abonnement>"

act "The distributor's program orders 25 copies of « $workbook », over mutual TLS."
order 201 PUT "$subscription"
order 409 PUT "$subscription"
grep -q 'existe deja' "$room/page" || broke "the words « existe deja », which programs look for" "$(cat "$room/page")"
tell "The same order twice is one order: « … existe deja … »."

act "Claire Vasseur, who assigns copies at the collège, signs in and opens her console."
sign_in claire.vasseur "$broker/affectation"
had_workbook=$(holding "$workbook")
had_physics=$(holding "$physics")
holders "$workbook"
if earlier=$(copy_of 'Marchal Inès|Lemoine Sacha'); then
  tell "Somebody in this story has a copy already; it comes back first."
  take_back "$workbook" $earlier
fi
tell "The six counters of « $workbook »:"
counters
before=$assigned ordered=$total

act "Inès Marchal, a pupil of the 5e B, does not have the workbook yet."
sign_in ines.marchal "$broker/mediacentre"
hides "$workbook"

act "Claire gives it to the 5e B."
population "$workbook"
class=$(tick "5e B")
give "$workbook" "$class"
counters
[ "$assigned" -gt "$before" ] || broke "more than $before copies assigned" "$assigned"
equal "Total, which giving does not change" "$total" "$ordered"

act "Inès has it now, and reads why."
shelf ines.marchal
shows "$workbook"
shows "Donné à la 5e B"
tell "Her Médiacentre: « $workbook », « Donné à la 5e B »."

act "Sacha Lemoine, of the 5e A, does not; to type its address does not help."
sign_in sacha.lemoine "$broker/mediacentre"
hides "$workbook"
visit "$broker/acces/$ark"
answers 403
whom=$(grep -o "Demande à [^<]*Vasseur" "$room/page") || broke "a page that names whom to ask" "$(seen)"
tell "$at → $status, « $whom »"

act "Biblio Exos shows nothing to somebody who has not signed in."
who=stranger
visit "$exos/modules"
answers 403
hides "$workbook"
tell "$exos/modules → $status, « $(heading h1) »"

act "One click takes Inès into Biblio Exos (OpenID Connect), without a second sign-in."
shelf ines.marchal
follow "$workbook"
[[ $at == "$exos"/modules/* ]] || broke "to be in $exos/modules/…" "$(seen)"
module=$at
tell "« $workbook » → $hops redirections, no question → $module"

act "She does the first exercise; the mark is the server's."
follow "Exercice 1"
grep -q ' data-open' "$room/page" || press "Recommencer" # she did it in an earlier telling
answer=$(tick 'Grand-père ferme les volets')
verb=$(grep -oE "(Valider|Réessayer)<" "$room/page")
press "${verb%<}" "$answer"
shows "1 sur 1"
tell "« Grand-père ferme les volets avant l’orage » → « $(heading strong) »"

act "Another publisher receives a pseudonym, and no name."
give "$physics" "$class"
shelf ines.marchal
follow "$physics"
equal "where the click ends" "$at" "$publisher/recu"
for name in Marchal Inès ines.marchal tilleuls-e-0001; do hides "$name"; done
pseudonym=$(grep -oE '[0-9a-f]{64}' "$room/page" | sed -n 1p | grep .) || broke "a pseudonym, 64 digits" "$(seen)"
tell "$at: to this publisher Inès is ${pseudonym:0:16}…"

act "Claire takes Inès' copy back, and every door closes."
holders "$workbook"
copy=$(copy_of 'Marchal Inès') || broke "Inès among those who have a copy" "$(seen)"
take_back "$workbook" "$copy"
gone() { shelf ines.marchal; [[ $status = 200 && $(words) != *"$workbook"* ]]; }
shut() { visit "$module"; [[ $(words) == *"n’est pas attribué à ce compte"* ]]; } # her own answers stay hers to read
soon gone || broke "a Médiacentre without « $workbook »" "$(seen)"
tell "Her Médiacentre does not have it any more (look $looks, one every tenth of a second)."
visit "$broker/acces/$ark"
answers 403
tell "$at → $status"
soon shut || broke "« $workbook » shut in Biblio Exos too" "$(seen)"
visit "$module/exercices/2"
answers 403
tell "$at → $status (look $looks)"

act "The desk is left as it was found."
order 204 DELETE # first, so that nobody's own copy comes out of it
restore "$workbook" "$had_workbook"
restore "$physics" "$had_physics"
counters
equal "Total, without the 25 copies" "$total" $((ordered - 25))

printf '\nThe story holds, in %d acts.\n' $acts
