#!/usr/bin/env bash
# Installs what the tests need and a fresh Debian may lack: a PostgreSQL server, a browser, Node to drive it, xmllint.
# Does nothing where everything is there. The program itself needs none of this.
set -euo pipefail

missing=()
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing+=(postgresql)
command -v chromium >/dev/null || missing+=(chromium)
command -v node >/dev/null || missing+=(nodejs)
command -v npm >/dev/null || missing+=(npm)
command -v xmllint >/dev/null || missing+=(libxml2-utils)
command -v curl >/dev/null || missing+=(curl)
# Publishers' sites and a portal that nobody has modified, for the tests of sign-in; without them those tests are skipped, and say so.
peers=()
command -v apache2 >/dev/null || peers+=(apache2)
for module in cas openidc mellon; do
  [ -e /usr/lib/apache2/modules/mod_auth_$module.so ] || peers+=(libapache2-mod-auth-$module)
done
# A mail server that nobody has modified, for the letters of notifications; without it those tests are skipped, and say so. A machine that
# has another keeps it: one would take the other's place.
[ -e /usr/sbin/exim4 ] || [ -e /usr/sbin/sendmail ] || peers+=(exim4-daemon-light)
command -v xmlsec1 >/dev/null || peers+=(xmlsec1)
portal=()
[ -e /usr/share/lemonldap-ng/portal/htdocs/index.psgi ] || portal+=(liblemonldap-ng-portal-perl)
command -v starman >/dev/null || portal+=(starman)
has() { perl -M"$1" -e1 2>/dev/null; }
has XML::Simple || portal+=(libxml-simple-perl)
has IO::String || portal+=(libio-string-perl)
has String::Random || portal+=(libstring-random-perl)
has GD::SecurityImage || portal+=(libgd-securityimage-perl)
has Image::Magick || portal+=(libimage-magick-perl)
has Lasso || portal+=(liblasso-perl)

root=false
[ "$(id -u)" != 0 ] || root=true
if [ ${#missing[@]} -gt 0 ] && ! $root; then
  echo "setup: missing ${missing[*]}; run as root, or install them" >&2
  exit 1
fi
if $root && [ $((${#missing[@]} + ${#peers[@]} + ${#portal[@]})) -gt 0 ]; then
  echo "setup: installing ${missing[*]} ${peers[*]} ${portal[*]}"
  export DEBIAN_FRONTEND=noninteractive
  # No service is wanted: tests start their own servers.
  mkdir -p /etc/postgresql-common
  [ -e /etc/postgresql-common/createcluster.conf ] || echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
  if [ ! -e /usr/sbin/policy-rc.d ]; then
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
    chmod +x /usr/sbin/policy-rc.d
    trap 'rm -f /usr/sbin/policy-rc.d' EXIT
  fi
  apt-get update -qq
  [ ${#missing[@]} -eq 0 ] || apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  optional() {
    [ $# -eq 0 ] || apt-get install -y -qq --no-install-recommends "$@" >/dev/null ||
      echo "setup: $* cannot be installed; what they test is skipped" >&2
  }
  optional "${peers[@]}"
  optional "${portal[@]}"
fi

if [ -f browser/package-lock.json ] && { [ ! -d browser/node_modules/playwright-core ] || [ ! -x browser/node_modules/.bin/tsc ]; }; then
  echo "setup: installing the browser tests' packages"
  (cd browser && npm ci --ignore-scripts --no-audit --no-fund --silent)
fi
