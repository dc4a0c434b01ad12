using System.Runtime.InteropServices;
using AutoSelect.Training.Checkpoints;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Training.Workloads.TorchScript;

/// <summary>
/// A TorchScript module as a module of one tensor to one tensor. Parameters and buffers are those of the script, under the names they have
/// in PyTorch: values set through them, also as views of a flat tensor, are what the script computes with. Layers stay hidden.
/// </summary>
internal sealed class ScriptModel : Module<Tensor, Tensor>
{
    private readonly jit.ScriptModule<Tensor, Tensor> script;

    // Kept, since TorchSharp goes on asking a script for its modules while it disposes of them.
    private readonly (string Name, nn.Module Module)[] all;

    private ScriptModel(jit.ScriptModule<Tensor, Tensor> script) : base(nameof(ScriptModel))
    {
        this.script = script;
        register_module("script", script);
        all = [("script", script), .. script.named_modules().Select(m => ($"script.{m.name}", m.module))];
    }

    /// <summary>
    /// Loads a file that torch.jit.save wrote, on the CPU. A module that was saved in evaluation mode is taken to training mode as a whole.
    /// </summary>
    /// <exception cref="BadOptionException">No such file, no TorchScript module, or one without trainable float32 parameters.</exception>
    public static ScriptModel Load(string path)
    {
        if (!File.Exists(path))
            throw new BadOptionException("model", $"Option 'model' is '{path}': there is no such file; the path counts from the job file.");
        jit.ScriptModule<Tensor, Tensor> script;
        try
        {
            script = jit.load<Tensor, Tensor>(path, CPU);
        }
        catch (ExternalException e)
        {
            throw new BadOptionException(
                "model", $"Option 'model' is '{path}': it must be a TorchScript module, as torch.jit.script(module).save(path) writes it, "
                    + $"and not a state dictionary or a pickled module: {FirstLine(e)}", e);
        }
        var trainable = script.named_parameters().Where(p => p.parameter.requires_grad).ToList();
        if (trainable.Count == 0)
        {
            script.Dispose();
            throw new BadOptionException(
                "model", $"Option 'model' is '{path}': it has 0 trainable parameters, and at least 1 is needed; a module that "
                    + "torch.jit.freeze went over has none.");
        }
        if (trainable.FirstOrDefault(p => p.parameter.dtype != ScalarType.Float32) is { parameter: { } other } odd)
        {
            var message = $"Option 'model' is '{path}': parameter '{odd.name}' is of type {other.dtype}; all trainable parameters must be "
                + "float32: save the module after .float().";
            script.Dispose();
            throw new BadOptionException("model", message);
        }
        if (!script.training) script.train();
        return new ScriptModel(script);
    }

    /// <exception cref="InvalidOperationException">The script returns something else than one tensor.</exception>
    public override Tensor forward(Tensor input)
    {
        using var off = GraphOptimizer.Off();
        return script.call(input);
    }

    /// <summary>Writes the script with its present values; torch.jit.load reads it.</summary>
    /// <exception cref="CheckpointException">The file could not be written; an earlier one of that name is intact.</exception>
    public void Save(string path)
    {
        // libtorch writes to a path of its own; copying it through the durable writer makes the file whole or absent.
        var written = $"{path}.{Environment.ProcessId}.script";
        try
        {
            jit.save(script, written);
            using var source = File.OpenRead(written);
            DurableFile.Write(path, source.CopyTo);
        }
        catch (Exception e) when (e is ExternalException or IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException(
                $"'{path}' could not be written: {FirstLine(e)} Free space or make the folder writable, then resume.", e);
        }
        finally
        {
            DurableFile.TryDelete(written);
        }
    }

    public override IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true) =>
        script.named_parameters(recurse);

    public override IEnumerable<Parameter> parameters(bool recurse = true) => script.named_parameters(recurse).Select(p => p.parameter);

    public override IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true) =>
        script.named_buffers(recurse, include_nonpersistent);

    public override IEnumerable<(string name, nn.Module module)> named_modules() => all;

    private static string FirstLine(Exception e) => e.Message.Split('\n', 2)[0];
}
