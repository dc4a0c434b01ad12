# Counts steps as one of several ranks, in bash, by docs/training-programs.md alone. No step waits for other ranks, so that these may be far apart, and
# a promise can be kept by waiting between steps.
say() { echo "$1" > "$AUTOSELECT_REPORTS"; }
save() {
  [ "$RANK" = 0 ] || return
  mkdir -p "$AUTOSELECT_CHECKPOINTS/$step"
  echo "$state" > "$AUTOSELECT_CHECKPOINTS/$step/state"
  say "{\"saved\":\"$AUTOSELECT_CHECKPOINTS/$step\",\"step\":$step}"
}

# Takes one order, waiting for it if it is to.
hear() {
  order=
  if [ "${1:-}" = wait ]; then read -r -u 3 order; else read -r -t 0.00"$((1 + 4 * RANK))" -u 3 order; fi
  case $order in
    *halt*) promised=$((step + 1)); [ $promised -le "$AUTOSELECT_UNTIL_STEP" ] || promised=$AUTOSELECT_UNTIL_STEP; say "{\"halt\":$promised}" ;;
    *stop*) exit 0 ;;
    *pause* | *save*) promised=; what=$order at=${order##*\"at\":}; at=${at%\}} ;;
  esac
}

exec 3<> "$AUTOSELECT_ORDERS"
[ "$RANK" != 0 ] || say '{"hello":1}'
step=$AUTOSELECT_FROM_STEP state=0 promised= what= at=-1
while [ "$step" -lt "$AUTOSELECT_UNTIL_STEP" ]; do
  hear
  while [ -n "$promised" ] && [ "$step" -ge "$promised" ]; do hear wait; done
  if [ "$step" -ge "$at" ] && [ -n "$what" ]; then
    case $what in *pause*) break ;; *) save; what= ;; esac
  fi
  step=$((step + 1)) state=$(((state * 31 + step) % 1000003))
  [ "$RANK" != 0 ] || [ $((step % 10)) -ne 0 ] || say "{\"step\":$step,\"accuracy\":$((step / 10)),\"training_loss\":$state}"
done
save
echo "$step" > "$NOTES/$RANK"
[ "$RANK" != 0 ] || say "{\"end\":true,\"step\":$step}"
