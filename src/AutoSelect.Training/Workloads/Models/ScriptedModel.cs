using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Training;

/// <summary>A TorchScript module as a model: its parameters and buffers keep the names they have in PyTorch, its layers cannot be seen.</summary>
internal sealed class ScriptedModel : Module<Tensor, Tensor>
{
    public ScriptedModel(string path) : base(nameof(ScriptedModel))
    {
        Script = jit.load<Tensor, Tensor>(path);
        Script.train();
    }

    public jit.ScriptModule<Tensor, Tensor> Script { get; }

    public override Tensor forward(Tensor input) => Script.forward(input);
}
