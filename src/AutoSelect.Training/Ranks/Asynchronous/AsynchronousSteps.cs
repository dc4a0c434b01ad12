using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Modification;
using AutoSelect.Training.Strategies;
using static TorchSharp.torch;

namespace AutoSelect.Training.Ranks.Asynchronous;

/// <summary>
/// A trial whose ranks train asynchronously: gradients are computed on an instance of the model of their own, and rounds beside that step
/// the strategy on the trial's model. A step is one gradient of every rank, whatever the number of updates; where the trial rests, all
/// gradients are applied.
/// </summary>
/// <remarks>
/// Rests are where the loop looks at the trial: all ranks have then done the same steps, so that an epoch is an epoch on every rank and
/// checkpoints are those of any trial.
/// </remarks>
internal sealed class AsynchronousSteps : IDisposable
{
    private readonly TrainingTask task;
    private readonly TrainingTask instance;
    private readonly StalenessRepair repair;
    private GradientPass? pass;
    private Stepper? stepper;
    private SteppedWeights? weights;
    private AsynchronousSgd? rounds;
    private long steps, begun;

    /// <param name="task">What is trained; it can make instances of its model.</param>
    /// <param name="repair">Where gradients are computed.</param>
    public AsynchronousSteps(TrainingTask task, StalenessRepair repair)
    {
        (this.task, this.repair) = (task, repair);
        instance = task.OnInstance();
    }

    /// <summary>Steps done by this rank.</summary>
    public long Steps => rounds is { IsRunning: true } ? steps : stepper!.Steps;

    /// <summary>The pass on the own instance, before modifiers.</summary>
    public GradientPass OwnPass => instance.Gradients;

    public IReadOnlyDictionary<string, double> Figures
    {
        get
        {
            var record = rounds!.Record;
            if (record.OwnGradients == 0) return new Dictionary<string, double>();
            var gradients = record.GradientsPerRound.Select((count, number) => (double)count * number).Sum();
            return new Dictionary<string, double>
            {
                ["communication.bytesPerStep"] = rounds.BytesPerRound * record.RoundSeconds.Count / record.OwnGradients,
                ["communication.gradientsPerUpdate"] = gradients / record.GradientsPerRound.Skip(1).Sum(),
                ["communication.staleness"] = record.MeanUpdatesOvertaken,
                ["communication.roundMilliseconds"] = 1e3 * record.RoundSeconds.Mean,
            };
        }
    }

    /// <summary>The pass that the stepper gets its gradients from: what rounds have summed.</summary>
    /// <param name="own">Computes the gradients, with the modifiers that belong to a part of a batch.</param>
    public GradientPass Around(GradientPass own)
    {
        pass = own;
        return new RoundPass(this);
    }

    /// <summary>Goes on from where the stepper stands.</summary>
    /// <param name="stepper">Updates the trial's model.</param>
    /// <param name="update">Steps it; gets the step that is then reached.</param>
    public void Drive(Stepper stepper, Action<long> update)
    {
        this.stepper = stepper;
        var parameters = HeldWeights.Trainable(instance.Model);
        var flat = FlatParameters.ByDecay(parameters);
        weights = new SteppedWeights(task, flat, parameters, repair, update);
        rounds = new AsynchronousSgd(task.Ranks!, instance.Model, flat, batch => pass!.Run(batch), weights, RoundPace.OnArrival);
    }

    /// <summary>One gradient of this rank.</summary>
    /// <returns>The mean loss of its part of the batch, detached.</returns>
    public Tensor Step(Batch batch)
    {
        if (!rounds!.IsRunning) Begin();
        var loss = rounds.Step(batch);
        steps++;
        return loss;
    }

    /// <summary>Waits until the gradients of all ranks are applied; called by all of them after the same number of steps.</summary>
    public void Rest()
    {
        if (!rounds!.IsRunning) return;
        rounds.Stop();
        if (stepper!.Steps != steps)
            throw new InvalidOperationException(
                $"The ranks have applied {stepper.Steps - begun} steps, and this one has done {steps - begun}: all have to rest after the "
                + "same number.");
        using var off = no_grad();
        CopyBuffers(instance.Model, task.Model);
    }

    public void Save(StateDictionary state) => rounds!.Save(state);

    /// <summary>Restores what was saved; without it displacements begin anew.</summary>
    public void Load(StateDictionary state)
    {
        if (state.HasScalar("rounds")) rounds!.Load(state);
    }

    public void Dispose()
    {
        rounds?.Dispose();
        instance.Model.Dispose();
    }

    private void Begin()
    {
        using var off = no_grad();
        begun = steps = stepper!.Steps;
        CopyBuffers(task.Model, instance.Model);
        weights!.Begin(steps);
        rounds!.Start();
    }

    private static void CopyBuffers(nn.Module from, nn.Module to)
    {
        foreach (var (source, target) in from.buffers().Zip(to.buffers())) target.copy_(source);
    }

    /// <summary>Puts the mean of a round's gradients into the model's gradients.</summary>
    private sealed class RoundPass(AsynchronousSteps steps) : GradientPass
    {
        public override Tensor Run(Batch batch, PassWatch watch = default, double share = 1)
        {
            steps.weights!.ShowGradients();
            return zeros(1); // losses are the ranks' own
        }
    }
}
