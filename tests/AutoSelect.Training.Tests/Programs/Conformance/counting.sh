# Counts steps as a workload of AutoSelect, in bash: docs/training-programs.md. Its state is a number that depends on all steps done.
say() { echo "$1" > "$AUTOSELECT_REPORTS"; }
save() {
  mkdir -p "$AUTOSELECT_CHECKPOINTS/$step"
  echo "$state" > "$AUTOSELECT_CHECKPOINTS/$step/state"
  say "{\"saved\":\"$AUTOSELECT_CHECKPOINTS/$step\",\"step\":$step}"
}

exec 3<> "$AUTOSELECT_ORDERS"
say '{"hello":1}'
step=$AUTOSELECT_FROM_STEP state=0
[ -z "${AUTOSELECT_RESUME_FROM:-}" ] || state=$(cat "$AUTOSELECT_RESUME_FROM/state")
while [ "$step" -lt "$AUTOSELECT_UNTIL_STEP" ]; do
  order=
  read -r -t 0.01 -u 3 order
  case $order in
    *stop*) exit 0 ;;
    *pause*) break ;;
    *save*) save ;;
  esac
  step=$((step + 1)) state=$(((state * 31 + step) % 1000003))
  [ $((step % 10)) -ne 0 ] || say "{\"step\":$step,\"accuracy\":$((step / 10)),\"training_loss\":$state}"
done
save
say "{\"end\":true,\"step\":$step}"
