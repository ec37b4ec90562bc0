#!/bin/bash
# A real Slurm on hosts simulated on one machine (hosts.sh), as root and without systemd: the login host ctl with
# slurmctld, nodes n1..nN with a slurmd each, a munged on every host.
#
#   cluster.sh missing             prints what is missing here, one per line; nothing: it can start
#   cluster.sh up [N [OWNER]]      starts a new one (default 4 nodes) in about a second, and waits until all nodes
#                                  are idle; when the process OWNER ends, so does the cluster
#   cluster.sh down                ends it: no process, namespace or file is left
#   cluster.sh reset               ends jobs and stray processes, boots and connects all hosts, waits for idle nodes
#   cluster.sh run COMMAND...      runs it on ctl, such as `cluster.sh run sbatch job.sh`; its exit status
#   cluster.sh on HOST COMMAND...  runs it on that host
#   cluster.sh slurmd HOST         starts munged and slurmd on a rebooted host
#   cluster.sh status
#
# Environment: that of hosts.sh; and CLUSTER_CPUS (default 4) and CLUSTER_MEMORY (MB, default 4000), the resources that
# a node claims.
set -u
self=$(readlink -f "${BASH_SOURCE[0]}")
here=$(dirname "$self")
export CLUSTER_NAME=${CLUSTER_NAME:-seltzer}
export CLUSTER_FOLDER=${CLUSTER_FOLDER:-/tmp/cluster-$CLUSTER_NAME}
slurm=$CLUSTER_FOLDER/slurm

export SLURM_CONF=$slurm/slurm.conf OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
# Many hosts share few cores: never bind (each host would bind its ranks to core 0: a barrier of 4,000 us instead of 9),
# and yield while polling (an 8-byte allreduce of 4 ranks on 2 cores: 5.4 us, and 5,000 without).
export OMPI_MCA_hwloc_base_binding_policy=none OMPI_MCA_mpi_yield_when_idle=1
# Open MPI's session folders are removed with the cluster.
export OMPI_MCA_orte_tmpdir_base=$slurm/tmp
# Only outside of Slurm jobs; in a job mpirun starts its daemons with srun.
export OMPI_MCA_plm_rsh_agent=$here/rsh_agent.sh

hosts() { "$here/hosts.sh" "$@"; }
on() { hosts exec "$@"; }
names() { hosts list | awk '{ print $1 }'; }
nodes() { names | grep -v '^ctl$'; }

missing() {
  local entry
  [ "$(id -u)" = 0 ] || echo "network namespaces need root"
  for entry in slurmctld:slurmctld slurmd:slurmd srun:slurm-client munged:munge ip:iproute2 tc:iproute2 \
    nsenter:util-linux unshare:util-linux mpirun:openmpi-bin; do
    command -v "${entry%:*}" >/dev/null || echo "the command ${entry%:*} (Debian's package ${entry#*:})"
  done
  if [ "$(id -u)" = 0 ] && command -v unshare ip >/dev/null; then
    unshare --net --uts --ipc --mount sh -c 'mount -t tmpfs tmpfs /mnt && ip link add br0 type bridge &&
      ip link add v0 type veth peer name v1' 2>&1 >/dev/null | sed 's/^/namespaces: /'
  fi
}

write_configuration() {
  local count=$1 i
  mkdir -p "$slurm"/{state,spool,tmp,log}
  for i in $(seq "$count"); do mkdir -p "$slurm/spool/n$i" "$slurm/tmp/n$i"; done
  # An exiting mpirun removes the host's folder if it is empty, even while another mpirun is creating its own in it.
  for i in ctl $(seq -f 'n%g' "$count"); do mkdir -p "$slurm/tmp/ompi.$i.0/kept"; done
  (umask 077 && head -c 1024 /dev/urandom >"$slurm/munge.key")
  cat >"$SLURM_CONF" <<CONFIGURATION
ClusterName=test
SlurmctldHost=ctl
SlurmUser=root
AuthType=auth/munge
CredType=cred/munge
# a requeued job waits this long before it may start again (by default 120 s)
AuthInfo=cred_expire=5
StateSaveLocation=$slurm/state
SlurmdSpoolDir=$slurm/spool/%n
TmpFS=$slurm/tmp/%n
SlurmctldPidFile=$slurm/slurmctld.pid
SlurmdPidFile=$slurm/slurmd.%n.pid
SlurmctldLogFile=$slurm/log/slurmctld.log
SlurmdLogFile=$slurm/log/slurmd.%n.log
SlurmctldDebug=info
SlurmdDebug=info
MailProg=/bin/true
# no cgroups and no CPU binding: the CPUs below are invented
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SlurmdParameters=config_overrides
SwitchType=switch/none
MpiDefault=none
PropagateResourceLimits=NONE
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=2,bf_interval=2,batch_sched_delay=0
PriorityType=priority/basic
JobRequeue=1
ReturnToService=2
# failures are noticed in seconds, not minutes
SlurmctldTimeout=10
SlurmdTimeout=10
MessageTimeout=5
TCPTimeout=2
InactiveLimit=0
KillWait=5
MinJobAge=3600
OverTimeLimit=0
# accounting without a database: a line for each job that ended
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/filetxt
JobCompLoc=$slurm/log/jobcomp.txt
NodeName=n[1-$count] CPUs=${CLUSTER_CPUS:-4} RealMemory=${CLUSTER_MEMORY:-4000} State=UNKNOWN
PartitionName=batch Nodes=ALL Default=YES MaxTime=INFINITE DefaultTime=10 State=UP
CONFIGURATION
}

start_munged() {
  on "$1" munged --force --key-file="$slurm/munge.key" --log-file="$slurm/log/munged.$1.log" \
    --pid-file=/run/munge/munged.pid --seed-file="$slurm/munged.$1.seed"
}

start_slurmd() {
  on "$1" munge -n >/dev/null 2>&1 || start_munged "$1"
  on "$1" slurmd
}

# wait_idle SECONDS: waits until all nodes are idle, or the cluster is taken down meanwhile
wait_idle() {
  local count
  count=$(nodes | wc -l)
  for _ in $(seq $(($1 * 10))); do
    [ "$(on ctl timeout 5 sinfo -h -N -t idle -o '%N %T' 2>/dev/null | grep -c ' idle$')" = "$count" ] && return 0
    [ -e "$SLURM_CONF" ] || break
    sleep 0.1
  done
  if [ ! -e "$SLURM_CONF" ]; then
    echo "cluster.sh: it was taken down" >&2
    return 1
  fi
  echo "cluster.sh: not all nodes became idle" >&2
  on ctl timeout 5 sinfo -N -l >&2
  tail -n 5 "$slurm"/log/*.log >&2
  return 1
}

# "STATE START": START distinguishes a process from a later one with the same pid
process() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f1,20; }

# ended PROCESS START: whether it has ended; a zombie has
ended() {
  local now
  now=$(process "$1")
  [ -z "$now" ] || [ "${now#* }" != "$2" ] || [ "${now% *}" = Z ]
}

# guard OWNER STARTER: takes the cluster down when the owner ends. The starter, an `up` that may still be running, is
# ended first, or what it made afterwards would be left; it ends after its current command.
guard() {
  local owner=$1 starter=$2 owner_start starter_start
  owner_start=$(process "$owner" | cut -d' ' -f2)
  starter_start=$(process "$starter" | cut -d' ' -f2)
  until ended "$owner" "$owner_start"; do sleep 0.5; done
  ended "$starter" "$starter_start" || kill -TERM "$starter" 2>/dev/null
  until ended "$starter" "$starter_start"; do sleep 0.1; done
  remove
}

# Kills the guard's whole session, since it may be in the middle of `remove`.
stop_guard() {
  local pid
  pid=$(cat "$CLUSTER_FOLDER/guard.pid" 2>/dev/null) || return 0
  if tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -q "cluster.sh guard"; then
    kill -9 -- "-$pid" 2>/dev/null
    for _ in $(seq 100); do
      case $(process "$pid") in '' | Z*) break ;; esac
      sleep 0.02
    done
  fi
  rm -f "$CLUSTER_FOLDER/guard.pid"
}

up() {
  local count=${1:-4} owner=${2:-} host lacks
  local -a daemons=()
  lacks=$(missing)
  if [ -n "$lacks" ]; then
    echo "cluster.sh: missing: $lacks" >&2
    exit 1
  fi
  down || exit 1
  mkdir -p "$CLUSTER_FOLDER"
  if [ -n "$owner" ]; then
    setsid bash "$self" guard "$owner" $$ </dev/null >/dev/null 2>&1 &
    echo $! >"$CLUSTER_FOLDER/guard.pid"
    trap 'exit 143' TERM  # from the guard; a trap runs after the current command
  fi
  hosts up "$count" || exit 1
  write_configuration "$count"
  for host in $(names); do
    start_munged "$host" &
    daemons+=($!)
  done
  wait "${daemons[@]}"
  on ctl slurmctld -i
  for host in $(nodes); do on "$host" slurmd; done
  wait_idle 30 && echo "cluster.sh: $count nodes are idle"
}

remove() {
  local left=0
  hosts down || left=1
  rm -rf "$CLUSTER_FOLDER" || left=1
  return $left
}

down() {
  stop_guard
  remove
}

# Kills everything but the hosts' own processes and daemons.
kill_strays() {
  local host pid
  for host in $(names); do
    for pid in $(ip netns pids "$CLUSTER_NAME-$host"); do
      case $(cat "/proc/$pid/comm" 2>/dev/null) in
        sleep) [ "$pid" = "$(cat "$CLUSTER_FOLDER/host/$host.pid")" ] || kill -9 "$pid" ;;
        '' | munged | slurmctld | slurmd | tapswitch) ;;
        *) kill -9 "$pid" 2>/dev/null ;;
      esac
    done
  done
}

reset() {
  local host
  if ! on ctl true || ! on ctl timeout 10 scontrol ping >/dev/null; then
    echo "cluster.sh: it is not up" >&2
    return 1
  fi
  for host in $(nodes); do
    hosts link "$host" up
    on "$host" ip rule del pref 1 2>/dev/null || true # of a test that was killed
  done
  for host in $(hosts list | awk '$3 == "DOWN" { print $1 }'); do
    hosts boot "$host" && start_slurmd "$host"
  done
  on ctl squeue -h -o %A | xargs -r "$here/hosts.sh" exec ctl scancel
  for _ in $(seq 20); do
    [ -n "$(on ctl squeue -h)" ] || break
    sleep 0.1
  done
  kill_strays
  # A job that lost a host stays until Slurm stops trying to reach that host, unless the node is set down.
  for host in $(on ctl sinfo -h -N -o '%N %T' | awk '$2 != "idle" { print $1 }'); do
    on ctl scontrol update NodeName="$host" State=DOWN Reason=reset
    on ctl scontrol update NodeName="$host" State=RESUME
  done
  wait_idle 30
}

case "${1:-}" in
  missing) missing ;;
  up) up "${2:-4}" "${3:-}" ;;
  down) down ;;
  guard) guard "$2" "$3" ;;
  reset) reset ;;
  run) shift && exec "$here/hosts.sh" exec ctl "$@" ;;
  on) shift && exec "$here/hosts.sh" exec "$@" ;;
  slurmd) start_slurmd "$2" ;;
  status)
    hosts list
    on ctl sinfo
    on ctl squeue
    ;;
  *)
    sed -n '2,16s/^# \{0,1\}//p' "$self"
    exit 2
    ;;
esac
