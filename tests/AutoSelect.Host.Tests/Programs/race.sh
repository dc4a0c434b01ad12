# A training program in bash whose curve depends on its arguments alone, and whose state on all steps done: docs/training-programs.md.
# usage: race.sh HALF: after STEP steps its value is 1000·STEP / (STEP + HALF)
half=$1
say() { echo "$1" > "$AUTOSELECT_REPORTS"; }
save() {
  mkdir -p "$AUTOSELECT_CHECKPOINTS/$step"
  echo "$step $state" > "$AUTOSELECT_CHECKPOINTS/$step/state"
  say "{\"saved\":\"$AUTOSELECT_CHECKPOINTS/$step\",\"step\":$step}"
}

exec 3<> "$AUTOSELECT_ORDERS"
say '{"hello":1}'
step=$AUTOSELECT_FROM_STEP state=0
[ -z "${AUTOSELECT_RESUME_FROM:-}" ] || read -r step state < "$AUTOSELECT_RESUME_FROM/state"
while [ "$step" -lt "$AUTOSELECT_UNTIL_STEP" ]; do
  order=
  read -r -t 0.01 -u 3 order
  case $order in
    *stop*) exit 0 ;;
    *pause*) break ;;
    *save*) save ;;
  esac
  step=$((step + 1)) state=$(((state * 31 + step) % 1000003))
  [ $((step % 10)) -ne 0 ] || say "{\"step\":$step,\"value\":$((step * 1000 / (step + half))),\"training_loss\":$state}"
done
save
say "{\"end\":true,\"step\":$step}"
