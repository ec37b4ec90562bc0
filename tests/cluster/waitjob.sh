#!/bin/bash
# waitjob.sh JOB [SECONDS]: waits until a job ends (sbatch -W polls after 2 s, then every 10 s), prints "STATE
# CODE:SIGNAL", and exits with the job's code; 250: no such job, 251: it ended without a code, 252: it did not end in
# time.
job=$1
field() { sed -nE "s/.* $1=([^ ]+).*/\1/p" <<<"$2" | head -n 1; }

gone=0
until ((SECONDS > ${2:-120})); do
  if ! record=$(scontrol show job -o "$job" 2>/dev/null); then
    if ((++gone < 3)); then  # the controller may be slow to answer
      sleep 0.2
      continue
    fi
    echo GONE
    exit 250
  fi
  state=$(field JobState "$record")
  case $state in
    PENDING | RUNNING | CONFIGURING | COMPLETING | REQUEUED | SUSPENDED | RESIZING | SIGNALING | STAGE_OUT) sleep 0.2 ;;
    *)
      code=$(field ExitCode "$record")
      echo "$state $code"
      [ "$state" = COMPLETED ] && exit 0
      [ "${code%:*}" != 0 ] && exit "${code%:*}"
      exit 251
      ;;
  esac
done
echo "TIMEOUT $state"
exit 252
