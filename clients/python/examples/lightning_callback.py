"""Lightning's Trainer as a workload of AutoSelect.

    run = autoselect.start(steps=1000, lr=1e-3)
    trainer = Trainer(max_steps=run.steps, enable_checkpointing=False, callbacks=[AutoSelectCallback(run)], …)
    trainer.fit(model, ckpt_path=run.resume_from and run.resume_from / "lightning.ckpt")
"""
from lightning.pytorch import Callback


class AutoSelectCallback(Callback):
    def __init__(self, run):
        self.run = run

    def on_train_start(self, trainer, module):
        self.run.saves(lambda folder: trainer.save_checkpoint(folder / "lightning.ckpt"), on_all_ranks=True)

    def on_train_batch_end(self, trainer, module, outputs, batch, batch_index):
        self.run.reached(trainer.global_step)
        if self.run.is_save_due:
            self.run.checkpoint()
        trainer.should_stop = trainer.should_stop or self.run.is_over

    def on_validation_end(self, trainer, module):
        if not trainer.sanity_checking:
            self.run.report(trainer.global_step, **{name: float(value) for name, value in trainer.callback_metrics.items()})

    def on_train_end(self, trainer, module):
        self.run.close()
