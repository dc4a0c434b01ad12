"""Hugging Face's Trainer as a workload of AutoSelect.

    run = autoselect.start(steps=1000, learning_rate=5e-5)
    arguments = TrainingArguments(output_dir=run.folder or "out", max_steps=run.steps, eval_strategy="steps", …)
    Trainer(…, args=arguments, callbacks=[AutoSelectCallback(run)]).train(resume_from_checkpoint=run.resume_from)
"""
from pathlib import Path

from transformers import TrainerCallback


class AutoSelectCallback(TrainerCallback):
    def __init__(self, run):
        self.run = run

    def on_step_end(self, args, state, control, **_):
        self.run.reached(state.global_step)
        control.should_save = control.should_save or self.run.is_save_due
        control.should_training_stop = control.should_training_stop or self.run.is_over

    def on_evaluate(self, args, state, control, metrics, **_):
        self.run.report(state.global_step, **{k: v for k, v in metrics.items() if isinstance(v, (int, float)) and k.startswith("eval_")})

    def on_save(self, args, state, control, **_):
        if self.run.folder is not None:
            self.run.save(Path(args.output_dir) / f"checkpoint-{state.global_step}")

    def on_train_end(self, args, state, control, **_):
        self.run.close()
