"""The callbacks for Hugging Face's and Lightning's trainers, tried against FAKES of these trainers: neither is installed here.

The fakes do what the trainers' documents say of the order of calls and of the names that are used, and nothing else.
"""
import importlib.util
import sys
import tempfile
import types
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from test_autoselect import Device  # noqa: E402

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"


def load(name, module, base):
    """The callback of a file, with a fake of the module that it derives from."""
    fake = types.ModuleType(module)
    setattr(fake, base, type(base, (), {}))
    parts = module.split(".")
    for i in range(1, len(parts)):
        sys.modules.setdefault(".".join(parts[:i]), types.ModuleType(".".join(parts[:i])))
    sys.modules[module] = fake
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded.AutoSelectCallback


class FakeHuggingFaceTrainer:
    """A fake: steps, evaluates every second step, and saves where control says so, as transformers.Trainer orders its calls."""

    def __init__(self, output_dir, max_steps, callback):
        self.args = types.SimpleNamespace(output_dir=output_dir)
        self.state = types.SimpleNamespace(global_step=0)
        self.max_steps, self.callback = max_steps, callback

    def train(self, resume_from_checkpoint=None):
        if resume_from_checkpoint:
            self.state.global_step = int((Path(resume_from_checkpoint) / "trainer_state").read_text())
        while self.state.global_step < self.max_steps:
            control = types.SimpleNamespace(should_save=False, should_training_stop=False)
            self.state.global_step += 1
            step = self.state.global_step
            self.callback.on_step_end(self.args, self.state, control, model=None)
            if step % 2 == 0:
                metrics = {"eval_loss": 1 / step, "eval_samples_per_second": 3.0, "epoch": 0.5, "eval_text": "x"}
                self.callback.on_evaluate(self.args, self.state, control, metrics=metrics, model=None)
            if control.should_save:
                folder = Path(self.args.output_dir) / f"checkpoint-{step}"
                folder.mkdir(parents=True)
                (folder / "trainer_state").write_text(str(step))
                self.callback.on_save(self.args, self.state, control, model=None)
            if control.should_training_stop:
                break
        self.callback.on_train_end(self.args, self.state, control, model=None)


class FakeLightningTrainer:
    """A fake: steps and validates every second step, as lightning.pytorch.Trainer orders its calls."""

    def __init__(self, max_steps, callback):
        self.max_steps, self.callback = max_steps, callback
        self.global_step, self.should_stop, self.sanity_checking, self.callback_metrics = 0, False, True, {}

    def save_checkpoint(self, path):
        Path(path).write_text(str(self.global_step))

    def fit(self, ckpt_path=None):
        self.callback.on_validation_end(self, None)
        self.sanity_checking = False
        if ckpt_path:
            self.global_step = int(Path(ckpt_path).read_text())
        self.callback.on_train_start(self, None)
        while self.global_step < self.max_steps and not self.should_stop:
            self.global_step += 1
            self.callback.on_train_batch_end(self, None, None, None, 0)
            if self.global_step % 2 == 0:
                self.callback_metrics = {"val_acc": 0.25}
                self.callback.on_validation_end(self, None)
        self.callback.on_train_end(self, None)


class CallbackTests(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.device = None

    def tearDown(self):
        self.device.close()
        self.temporary.cleanup()

    def start(self, **variables):
        self.device = Device(self.temporary.name, **variables)
        return self.device.run()

    def told(self):
        return [m for m in self.device.heard() if "hello" not in m]

    def test_hugging_face_trains_to_its_step_and_saves(self):
        run = self.start(AUTOSELECT_UNTIL_STEP="5")
        FakeHuggingFaceTrainer(run.folder, run.steps, load("huggingface_callback", "transformers", "TrainerCallback")(run)).train()
        points, (saved, end) = (told := self.told())[:2], told[2:]
        self.assertEqual([{"step": s, "eval_loss": 1 / s, "eval_samples_per_second": 3.0} for s in (2, 4)], points)
        self.assertEqual((5, "5"), (saved["step"], (Path(saved["saved"]) / "trainer_state").read_text()))
        self.assertEqual({"end": True, "step": 5}, end)

    def test_hugging_face_goes_on_from_a_checkpoint_and_pauses(self):
        checkpoint = Path(self.temporary.name) / "old"
        checkpoint.mkdir()
        (checkpoint / "trainer_state").write_text("5")
        run = self.start(AUTOSELECT_FROM_STEP="5", AUTOSELECT_RESUME_FROM=str(checkpoint))
        self.device.say("pause")
        callback = load("huggingface_callback", "transformers", "TrainerCallback")(run)
        FakeHuggingFaceTrainer(run.folder, run.steps, callback).train(resume_from_checkpoint=run.resume_from)
        self.assertEqual([6], [m["step"] for m in self.told() if "saved" in m])

    def test_lightning_trains_to_its_step_and_saves(self):
        run = self.start(AUTOSELECT_UNTIL_STEP="5")
        FakeLightningTrainer(run.steps, load("lightning_callback", "lightning.pytorch", "Callback")(run)).fit()
        told = self.told()
        self.assertEqual([{"step": s, "val_acc": 0.25} for s in (2, 4)], told[:2])
        self.assertEqual((5, "5"), (told[2]["step"], (Path(told[2]["saved"]) / "lightning.ckpt").read_text()))

    def test_lightning_goes_on_from_a_checkpoint_and_stops(self):
        checkpoint = Path(self.temporary.name) / "old"
        checkpoint.mkdir()
        (checkpoint / "lightning.ckpt").write_text("5")
        run = self.start(AUTOSELECT_FROM_STEP="5", AUTOSELECT_RESUME_FROM=str(checkpoint))
        self.device.say("stop")
        trainer = FakeLightningTrainer(run.steps, load("lightning_callback", "lightning.pytorch", "Callback")(run))
        trainer.fit(ckpt_path=run.resume_from / "lightning.ckpt")
        self.assertEqual((6, []), (trainer.global_step, [m for m in self.told() if "saved" in m]))


if __name__ == "__main__":
    unittest.main()
