using AutoSelect.Contracts;
using AutoSelect.Training.Workloads;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.FaultyWorkloads;

/// <summary>
/// A small classification task whose training breaks in a way chosen by the batch size, so that a job can have healthy and faulty
/// candidates side by side. The faults are real: the process aborts, the allocation is refused, the loss is NaN.
/// </summary>
public sealed class FaultyWorkload : Workload
{
    /// <summary>Batch size at which libtorch aborts the whole process.</summary>
    public const int AbortsProcess = 13;

    /// <summary>Batch size at which a step wants more memory than any machine has.</summary>
    public const int WantsTooMuchMemory = 17;

    /// <summary>Batch size at which the workload's own code throws.</summary>
    public const int Throws = 19;

    /// <summary>Batch size at which the loss is NaN from the third step on.</summary>
    public const int Diverges = 23;

    private const int Features = 64;
    private const int Classes = 4;
    private const int TestExamples = 101;
    private int steps;
    private int finalSeconds;

    public override WorkloadDescription Description => new()
    {
        Name = "faulty",
        Summary = "A small task with faults by batch size, for tests.",
        Metric = "accuracy",
        Direction = Direction.Maximize,
        Options = [new OptionDescription { Name = "examples", Default = "2000", Summary = "Training examples." }, SlowFinal],
    };

    private static OptionDescription SlowFinal { get; } =
        new() { Name = "finalSeconds", Default = "0", Summary = "Seconds of the evaluation on the test data, with which a job ends." };

    public override WorkloadData Load(WorkloadSetup setup)
    {
        finalSeconds = setup.Option("finalSeconds", 0, minimum: 0);
        var generator = new Random(7);
        var centres = Enumerable.Range(0, Classes * Features).Select(_ => (float)generator.NextDouble()).ToArray();
        TensorExamples Draw(int count)
        {
            var (inputs, targets) = (new float[count * Features], new long[count]);
            for (var i = 0; i < count; i++)
            {
                targets[i] = generator.Next(Classes);
                for (var f = 0; f < Features; f++)
                    inputs[i * Features + f] = centres[targets[i] * Features + f] + 1.5f * ((float)generator.NextDouble() - .5f);
            }
            return new TensorExamples(tensor(inputs).reshape(count, Features), tensor(targets));
        }
        return new WorkloadData { Training = Draw(setup.Option("examples", 2000)), Validation = Draw(400), Test = Draw(TestExamples) };
    }

    public override Module<Tensor, Tensor> CreateModel(WorkloadSetup setup) =>
        Sequential(("hidden", Linear(Features, 256)), ("tanh", Tanh()), ("output", Linear(256, Classes)));

    public override Tensor Loss(Tensor output, Tensor target)
    {
        var loss = functional.cross_entropy(output, target);
        if (!output.requires_grad) return loss;
        switch (output.shape[0])
        {
            case AbortsProcess:
                return zeros(2, 3).matmul(zeros(2, 3));
            case WantsTooMuchMemory:
                return loss + zeros(1L << 46).sum();
            case Throws:
                throw new InvalidOperationException("this batch size is refused");
            case Diverges when ++steps > 2:
                return loss * float.NaN;
            default:
                return loss;
        }
    }

    public override Tensor MetricSum(Tensor output, Tensor target)
    {
        // Only the test data, which is evaluated at once, has batches of this size; nothing ever sets the event.
        using var slow = new ManualResetEvent(false);
        if (output.shape[0] == TestExamples) slow.WaitOne(TimeSpan.FromSeconds(finalSeconds));
        return output.argmax(1).eq(target).sum();
    }
}
