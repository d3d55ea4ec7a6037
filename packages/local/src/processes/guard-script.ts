/**
 * The guard: what ends an engine's processes when the engine is killed and can do so no more. A POSIX shell is on every system,
 * needs about 1 MB, and lives on whatever happens to Node.
 *
 * It reads commands from its standard input, which only the engine holds open, one a line:
 *
 *     engine <engine id> <pid of the engine> <its start>
 *     task <pid> <start>      a task's process, leader of its group
 *     store <pid> <start>     a database server
 *     forget <pid>            it has ended
 *     bye                     the engine ends in good order: leave without a word
 *
 * When the input ends without `bye`: tasks get SIGTERM, two seconds, SIGKILL; then, so that their last writes can finish, the
 * stores get SIGINT (PostgreSQL's fast shutdown: it ends connections, keeps what was committed), five seconds, SIGQUIT, one
 * second, SIGKILL. `<start>` is the start time in ticks as in /proc, `-` where there is none: a number that was given to another
 * process meanwhile is left alone. On Linux everything that carries the engine's marker in its environment is ended too.
 *
 * Kept as text because a build copies no files beside the compiled modules.
 */
export const GUARD_SCRIPT = `
trap '' HUP INT QUIT TERM PIPE
engine='' engine_pid='' tasks='' stores=''

# Prints field $2 of /proc/$1/stat, counted as in proc(5) from the third.
stat_field() {
  field=$2
  read -r line 2>/dev/null < "/proc/$1/stat" || return 1
  set -- \${line##*) }
  shift $((field - 3))
  echo "$1"
}

# $1 is <pid>:<start>. Whether the number now belongs to another process.
reused() {
  start=\${1#*:}
  [ "$start" = - ] && return 1
  now=$(stat_field "\${1%%:*}" 22) || return 1
  [ "$now" != "$start" ]
}

# Signal $1 to all groups of the list $2.
signal_groups() {
  for pair in $2; do
    reused "$pair" || kill -"$1" -"\${pair%%:*}" 2>/dev/null
  done
}

# Signal $1 to all single processes of the list $2.
signal_pids() {
  for pair in $2; do
    reused "$pair" || kill -"$1" "\${pair%%:*}" 2>/dev/null
  done
}

# Processes with the engine's marker, and with $1 in their environment.
marked() {
  [ -n "$engine" ] && [ -r /proc/self/environ ] || return
  for file in $(grep -ls "BREAKWATER_ENGINE=$engine" /proc/[0-9]*/environ 2>/dev/null); do
    pid=\${file#/proc/}
    pid=\${pid%/environ}
    [ "$pid" = "$$" ] && continue
    grep -qs "$1" "$file" && echo "$pid"
  done
}

groups_alive() {
  for pair in $1; do
    reused "$pair" || { kill -0 -"\${pair%%:*}" 2>/dev/null && return 0; }
  done
  return 1
}

pids_alive() {
  for pair in $1; do
    reused "$pair" && continue
    [ "$(stat_field "\${pair%%:*}" 3)" = Z ] && continue
    kill -0 "\${pair%%:*}" 2>/dev/null && return 0
  done
  return 1
}

# Those of the list $2 (<pid>:<start>) without $1.
without() {
  for pair in $2; do
    [ "\${pair%%:*}" = "$1" ] || echo "$pair"
  done
}

end_tasks() {
  # Found before the groups are signalled: nobody gets two, which many programs take as "give up at once".
  loose=''
  for pid in $(marked BREAKWATER_TASK=); do
    case " $tasks" in *" $(stat_field "$pid" 5):"*) ;; *) loose="$loose $pid" ;; esac
  done
  signal_groups TERM "$tasks"
  [ -z "$loose" ] || kill -TERM $loose 2>/dev/null
  round=0
  while [ $round -lt 20 ]; do
    groups_alive "$tasks" || [ -n "$(marked BREAKWATER_TASK=)" ] || return
    sleep 0.1
    round=$((round + 1))
  done
  for round in 1 2 3; do
    signal_groups KILL "$tasks"
    rest=$(marked BREAKWATER_TASK=)
    [ -z "$rest" ] || kill -KILL $rest 2>/dev/null
    sleep 0.05
  done
}

# $1 signal, $2 rounds of 0.1 s.
end_stores() {
  signal_pids "$1" "$stores"
  round=0
  while [ $round -lt "$2" ]; do
    pids_alive "$stores" || return 0
    sleep 0.1
    round=$((round + 1))
  done
  return 1
}

while IFS=' ' read -r word first second third; do
  case $word in
    engine) engine=$first engine_pid=$second:$third ;;
    task) tasks="$tasks $first:$second" ;;
    store) stores="$stores $first:$second" ;;
    forget)
      tasks=" $(without "$first" "$tasks" | tr '\\n' ' ')"
      stores=" $(without "$first" "$stores" | tr '\\n' ' ')"
      ;;
    bye) exit 0 ;;
  esac
done

# The input may have ended because of a fault in the engine, which then starts another guard. Only its death counts.
round=0
while pids_alive "$engine_pid"; do
  [ $round -lt 100 ] || exit 0
  sleep 0.05
  round=$((round + 1))
done

end_tasks
end_stores INT 50 || end_stores QUIT 10 || end_stores KILL 10
rest=$(marked '')
[ -z "$rest" ] || kill -KILL $rest 2>/dev/null
exit 0
`;
