#!/bin/bash
# Simulated hosts on one machine: each has its own network, UTS (hostname), IPC and mount namespace.
#
#   hosts.sh up [N]                 login host ctl and nodes n1..nN (default 4), joined by a bridge inside ctl's
#                                   namespace
#   hosts.sh down                   kills every process of every host and removes what `up` made
#   hosts.sh exec HOST COMMAND...   runs it there, in the same folder and environment; its exit status
#   hosts.sh rsh HOST COMMAND...    the same for rsh_agent.sh: options before HOST are dropped, the command goes to a
#                                   shell
#   hosts.sh link HOST up|down      plugs the host's network cable in, or pulls it
#   hosts.sh rate HOST|all MBIT     limits the cable in both directions; 0: no limit
#   hosts.sh delay HOST|all MICROSECONDS [JITTER_MICROSECONDS [LOSS_PERCENT]]
#                                   per pass of a cable; needs taps
#   hosts.sh crash HOST             power failure: pulls the cable, then sends SIGKILL to all its processes
#   hosts.sh boot HOST              restarts a crashed host, without daemons
#   hosts.sh list                   prints HOST, ADDRESS and PID, the process that holds the host's namespaces, or DOWN
#
# Environment:
#   CLUSTER_NAME     prefix of the network namespaces (default seltzer), unique per cluster. NAME.x belongs to NAME and
#                    goes down with it
#   CLUSTER_FOLDER   files of the running cluster (default /tmp/cluster-NAME); a short path, since it contains
#                    sockets
#   CLUSTER_NET      the first three numbers of the hosts' addresses (default 10.77.0); clusters may use the same
#   CLUSTER_LINK     at `up`: bridge (default; veth pairs, fast) or tap (TAP devices and a switch in user space, which
#                    can delay, jitter and drop frames; needed where the kernel has no sch_netem)
#   CLUSTER_TAPSWITCH   the program of tapswitch.cpp
# The machine's own network is not touched: bridge and addresses exist only in the namespaces created here.
set -u
self=$(readlink -f "${BASH_SOURCE[0]}")
name=${CLUSTER_NAME:-seltzer}
folder=${CLUSTER_FOLDER:-/tmp/cluster-$name}
net=${CLUSTER_NET:-10.77.0}
link=$(cat "$folder/link" 2>/dev/null || echo "${CLUSTER_LINK:-bridge}")
tapswitch=${CLUSTER_TAPSWITCH:-$(dirname "$self")/tapswitch}

fail() {
  echo "hosts.sh: $*" >&2
  exit 1
}

namespace_of() { echo "$name-$1"; }
in_ctl() { ip -n "$(namespace_of ctl)" "$@"; }
hosts() { find "$folder/host" -name '*.ip' -printf '%f\n' 2>/dev/null | sed 's/\.ip$//' | sort -V; }
nodes() { if [ "$1" = all ]; then hosts | grep -v '^ctl$'; else echo "$1"; fi; }

# Prints the process that holds the host's namespaces, if it is alive. Compares its network namespace, since the pid may
# have been reused.
holder_of() {
  local pid namespace
  pid=$(cat "$folder/host/$1.pid" 2>/dev/null) && [ -n "$pid" ] &&
    namespace=$(stat -c %i "/run/netns/$(namespace_of "$1")" 2>/dev/null) &&
    [ "$(stat -Lc %i "/proc/$pid/ns/net" 2>/dev/null)" = "$namespace" ] && echo "$pid"
}

# Sends SIGKILL to all processes in the network namespace until there are none.
kill_all_in() {
  local pids
  for _ in $(seq 100); do
    pids=$(ip netns pids "$1" 2>/dev/null)
    [ -n "$pids" ] || return 0
    # shellcheck disable=SC2086  # one word per process
    kill -9 $pids 2>/dev/null
    sleep 0.02
  done
  echo "hosts.sh: $1: processes are left: $pids" >&2
  return 1
}

# The process that holds the host's namespaces.
hold() {
  local host=$1
  hostname "$host"
  mkdir -p /run/munge
  mount -t tmpfs -o mode=1777 tmpfs /dev/shm     # no shared memory between hosts
  mount -t tmpfs -o mode=755 tmpfs /run/munge    # every host has its own munged at the standard path
  mount --bind "$folder/hosts" /etc/hosts
  echo $$ >"$folder/host/$host.pid.new" && mv "$folder/host/$host.pid.new" "$folder/host/$host.pid" ||
    exit 1
  exec sleep infinity
}

boot() {
  local host=$1
  rm -f "$folder/host/$host.pid"
  setsid nsenter --net="/run/netns/$(namespace_of "$host")" unshare --uts --ipc --mount --propagation private \
    bash "$self" hold "$host" </dev/null >"$folder/log/$host.log" 2>&1 &
  for _ in $(seq 200); do
    [ -s "$folder/host/$host.pid" ] && return 0
    sleep 0.02
  done
  fail "host $host did not start: $(cat "$folder/log/$host.log")"
}

# new_host HOST ADDRESS: creates its network namespace, and its cable unless it is a tap
new_host() {
  local host=$1 address=$2 namespace
  namespace=$(namespace_of "$host")
  ip netns add "$namespace" || fail "cannot create the network namespace $namespace"
  # IPv4 only
  ip netns exec "$namespace" bash -c 'cd /proc/sys/net/ipv6/conf && tee all/disable_ipv6 default/disable_ipv6 <<<1' \
    >/dev/null 2>&1
  # TCP stops resending to a lost host after 6 s instead of 15 minutes; keepalive has no effect before.
  ip netns exec "$namespace" bash -c 'echo 4 >/proc/sys/net/ipv4/tcp_retries2'
  ip -n "$namespace" link set lo up
  if [ "$link" = tap ]; then
    echo "$host up 0 0 0 0" >>"$folder/links"
  elif [ "$host" = ctl ]; then
    in_ctl link add br0 type bridge
    in_ctl addr add "$address/24" dev br0
    in_ctl link set br0 up
  else
    in_ctl link add "v-$host" type veth peer name eth0 netns "$namespace"
    in_ctl link set "v-$host" master br0 up
    ip -n "$namespace" addr add "$address/24" dev eth0
    ip -n "$namespace" link set eth0 up
  fi
  echo "$address" >"$folder/host/$host.ip"
}

# The taps' switch runs at real-time priority, so that it adds only the configured delay.
start_switch() {
  local host
  local -a ports=()
  for host in $(hosts); do ports+=("$host=$(namespace_of "$host")=$(cat "$folder/host/$host.ip")/24"); done
  setsid ip netns exec "$(namespace_of ctl)" chrt -f 10 "$tapswitch" "$folder/links" "${ports[@]}" \
    </dev/null >"$folder/log/tapswitch.log" 2>&1 &
  echo $! >"$folder/tapswitch.pid"
  for _ in $(seq 200); do
    grep -qs ready "$folder/log/tapswitch.log" && return 0
    sleep 0.02
  done
  fail "the switch did not start: $(cat "$folder/log/tapswitch.log")"
}

up() {
  local count=${1:-4} i host
  local -a boots=()
  down
  link=${CLUSTER_LINK:-bridge}
  mkdir -p "$folder"/{host,log}
  echo "$link" >"$folder/link"
  {
    echo "127.0.0.1 localhost"
    echo "$net.254 ctl"
    for i in $(seq "$count"); do echo "$net.$i n$i"; done
  } >"$folder/hosts"
  new_host ctl "$net.254"
  for i in $(seq "$count"); do new_host "n$i" "$net.$i"; done
  if [ "$link" = tap ]; then start_switch; fi
  for host in $(hosts); do
    boot "$host" &
    boots+=($!)
  done
  wait "${boots[@]}"
  for host in $(hosts); do holder_of "$host" >/dev/null || fail "host $host did not start"; done
}

down() {
  local namespace left=0
  for namespace in $(ip netns list 2>/dev/null | awk '{ print $1 }' | grep -E "^$name(\.[^-]*)?-[^-]*$" | sort -r); do
    kill_all_in "$namespace" || left=1
    ip netns del "$namespace" || left=1
  done
  rm -rf "$folder"/{host,hosts,log,link,links,tapswitch.pid}
  rmdir "$folder" 2>/dev/null
  return $left
}

run_on() {
  local host=$1 pid
  shift
  if ! pid=$(holder_of "$host"); then
    echo "hosts.sh: host $host is down" >&2
    exit 255
  fi
  # shellcheck disable=SC2016  # expanded by the inner shell
  exec nsenter -t "$pid" --net --uts --ipc --mount bash -c 'cd "$0" 2>/dev/null; exec "$@"' "$PWD" "$@"
}

# set_tap HOST COLUMN=VALUE...: changes the switch's table, with columns host, up|down, delay, jitter, rate, loss
set_tap() {
  local host=$1 setting
  shift
  for setting in "$@"; do
    awk -v host="$host" -v column="${setting%%=*}" -v value="${setting#*=}" \
      '$1 == host { $column = value } { print }' "$folder/links" >"$folder/links.new"
    mv "$folder/links.new" "$folder/links"
  done
  kill -HUP "$(cat "$folder/tapswitch.pid")"
}

set_link() {
  if [ "$link" = tap ]; then
    grep -q "^$1 " "$folder/links" || fail "there is no host $1"
    set_tap "$1" "2=$2" || return
  else
    in_ctl link set "v-$1" "$2" || return
  fi
  if [ "$2" = up ]; then settle_link "$1"; fi
}

# Waits until the bridge forwards through the cable, then flushes all neighbour entries: an ARP request sent while the
# cable was out would fail later, and with it all packets that wait for its answer.
settle_link() {
  local host
  if [ "$link" = bridge ]; then
    for _ in $(seq 200); do
      [[ $(in_ctl -d link show "v-$1") = *'state forwarding'* ]] && break
      sleep 0.02
    done
    [[ $(in_ctl -d link show "v-$1") = *'state forwarding'* ]] || fail "the cable of $1 did not come up"
  fi
  for host in $(hosts); do ip -n "$(namespace_of "$host")" neigh flush all; done
}

# limit NAMESPACE DEVICE MBIT: limits what leaves through the device
limit() {
  ip netns exec "$1" tc qdisc del dev "$2" root 2>/dev/null
  [ "$3" = 0 ] || ip netns exec "$1" tc qdisc add dev "$2" root tbf rate "$3mbit" burst 128kb latency 50ms
}

set_rate() {
  local host
  for host in $(nodes "$1"); do
    if [ "$link" = tap ]; then
      set_tap "$host" "5=$2"
    else
      limit "$(namespace_of ctl)" "v-$host" "$2"
      limit "$(namespace_of "$host")" eth0 "$2"
    fi
  done
}

set_delay() {
  local host
  [ "$link" = tap ] || fail "delay needs CLUSTER_LINK=tap at up"
  for host in $(nodes "$1"); do set_tap "$host" "3=$2" "4=${3:-0}" "6=${4:-0}"; done
}

list() {
  local host
  for host in $(hosts); do echo "$host $(cat "$folder/host/$host.ip") $(holder_of "$host" || echo DOWN)"; done
}

case "${1:-}" in
  up) up "${2:-4}" ;;
  down) down ;;
  exec) shift && run_on "$@" ;;
  rsh)
    shift
    while [ "${1#-}" != "$1" ]; do shift; done
    host=$1
    shift
    run_on "$host" bash -c "$*"
    ;;
  link) set_link "$2" "$3" ;;
  rate) set_rate "$2" "$3" ;;
  delay) shift && set_delay "$@" ;;
  crash) set_link "$2" down && kill_all_in "$(namespace_of "$2")" ;;
  boot) boot "$2" && set_link "$2" up ;;
  list) list ;;
  hold) hold "$2" ;;
  *)
    sed -n '2,27s/^# \{0,1\}//p' "$self"
    exit 2
    ;;
esac
