using AutoSelect.Contracts;
using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Ranks;
using AutoSelect.Training.Strategies;
using static TorchSharp.torch;

namespace AutoSelect.Training.Modification;

/// <summary>A strategy's stepper with the candidate's modifiers around it.</summary>
/// <remarks>
/// From the outside in: cautious mask, clipping, primal averaging, weight perturbation, sharpness, exchange with other ranks,
/// micro-batches. So the whole batch's gradient at the perturbed point is what is clipped, and what the mask compares the update with.
/// </remarks>
internal sealed class ModifiedTraining : IDisposable
{
    private readonly BatchSmoothing? smoothing;
    private readonly CautiousMask? mask;
    private readonly TrainingTask task;
    private readonly RankTraining? ranks;

    /// <param name="strategy">The training algorithm.</param>
    /// <param name="task">What to train.</param>
    /// <param name="smoothing">Changes of the batches; null for none.</param>
    /// <param name="plan">How gradients are exchanged where the task has ranks; null leaves it to them.</param>
    /// <param name="sample">A batch of this rank's, for planning the exchange.</param>
    /// <exception cref="UnsupportedModelException">The strategy or a modifier cannot train the model.</exception>
    public ModifiedTraining(
        TrainingStrategy strategy, TrainingTask task, BatchSmoothing? smoothing, ExchangePlan? plan = null, Func<Batch>? sample = null)
    {
        (this.task, this.smoothing) = (task, smoothing);
        var modifiers = task.Candidate.Modifiers;
        var primal = modifiers.Averaging == WeightAveraging.Gpa ? new PrimalAverage(task.Model) : null;
        var parameters = HeldWeights.Trainable(task.Model);
        if (task.Ranks is not null) ranks = new RankTraining(task, plan, sample);
        var pass = ranks?.OwnPass ?? task.Gradients;
        if (modifiers.MicroBatch is { } size)
        {
            MicroBatchPass.Check(task.Model, size);
            pass = new MicroBatchPass(pass, size);
        }
        if (ranks is not null) pass = ranks.Around(pass);
        if (modifiers.SamRho is { } rho) pass = new SharpnessPass(pass, parameters, rho);
        if (modifiers.PerturbationSigma is { } sigma) pass = new PerturbedPass(pass, parameters, sigma);
        if (primal is not null) pass = primal.Around(pass);
        if (modifiers.ClipNorm is { } norm) pass = new ClippedPass(pass, parameters, norm);
        if (modifiers.Cautious) pass = mask = new CautiousMask(pass, parameters);
        task.Gradients = pass;
        Stepper = strategy.Start(task);
        ranks?.Begin(Stepper, reached => Update(default, isLast: false, reached));
        var averagesItself = Stepper.HasAveragedWeights || task.Strategy.Capabilities.AveragesWeights;
        Average = primal is not null ? primal
            : modifiers.Averaging == WeightAveraging.Off || averagesItself ? null
            : new PolynomialAverage(task.Model);
    }

    public Stepper Stepper { get; }

    /// <summary>The average kept beside the strategy; null where it keeps its own, or where there is to be none.</summary>
    public WeightAverage? Average { get; }

    /// <summary>Training with other ranks; null where there is one.</summary>
    public RankTraining? Ranks => ranks;

    /// <summary>Steps done.</summary>
    public long Steps => ranks?.Asynchronous?.Steps ?? Stepper.Steps;

    /// <summary>How the work of steps comes round; asynchronous ranks update beside their steps, which are then alike.</summary>
    public WorkCycle Cycle => ranks?.Asynchronous is null ? Stepper.Cycle : WorkCycle.EveryStep;

    /// <summary>One step on a batch.</summary>
    /// <param name="batch">The batch: with ranks the whole one where it is smoothed, else this rank's part.</param>
    /// <param name="isLast">The run ends here or is copied here: ranks that train on their own exchange their weights.</param>
    /// <returns>Its mean loss, a detached scalar owned by the caller's dispose scope.</returns>
    public Tensor Step(Batch batch, bool isLast = false)
    {
        if (smoothing is not null) batch = smoothing.Apply(batch, Steps);
        if (smoothing is not null && task.Ranks is { } all) batch = new Batch(all.PartOf(batch.Inputs), all.PartOf(batch.Targets));
        return ranks?.Asynchronous is { } asynchronous ? asynchronous.Step(batch) : Update(batch, isLast);
    }

    /// <summary>The batch to give to a step, from the indices of the whole batch.</summary>
    public Tensor Pick(Tensor indices) => smoothing is null && task.Ranks is { } all ? all.PartOf(indices) : indices;

    /// <param name="batch">The batch.</param>
    /// <param name="isLast">Ranks exchange their weights.</param>
    /// <param name="reached">Step that is then reached; null for the next.</param>
    private Tensor Update(Batch batch, bool isLast, long? reached = null)
    {
        var before = Stepper.Steps;
        var loss = Stepper.Step(batch);
        if (reached is { } step) Stepper.StandAt(step);
        mask?.Apply();
        ranks?.After(Stepper.Steps, isLast);
        // The weights of ranks between exchanges are each rank's own, and so would be their average.
        if (Average is not null && Average.IsDue(before, Stepper.Steps) && ranks?.IsSynchronised != false)
        {
            if (reached is null) ranks?.Flush();
            Average.Update();
        }
        return loss;
    }

    /// <summary>Adds the state; with ranks called by all of them.</summary>
    public void Save(StateDictionary state)
    {
        ranks?.Flush();
        Stepper.Save(state.Part("stepper"));
        ranks?.Save(state.Part("ranks"), Stepper);
        Average?.Save(state.Part("average"));
        smoothing?.Save(state.Part("smoothing"));
    }

    public void Load(StateDictionary state, Device device)
    {
        Stepper.Load(state.Part("stepper"));
        ranks?.Load(state.Part("ranks"), Stepper);
        Average?.Load(state.Part("average"));
        smoothing?.Load(state.Part("smoothing"), device);
    }

    /// <summary>Begins with another candidate's state; the model holds its weights already.</summary>
    /// <param name="state">Its checkpoint.</param>
    /// <param name="device">Where to train.</param>
    /// <param name="rule">How much of the optimizer's state is taken over.</param>
    /// <param name="keepAverage">True to take its average of the weights over too; else the average begins anew.</param>
    public void Continue(StateDictionary state, Device device, ContinuationRule rule, bool keepAverage)
    {
        Stepper.Continue(state.Part("stepper"), rule);
        if (keepAverage && state.Part("average").HasAny) Average?.Load(state.Part("average"));
        else Average?.Restart();
        smoothing?.Load(state.Part("smoothing"), device);
    }

    public void Dispose()
    {
        ranks?.Dispose();
        smoothing?.Dispose();
        Average?.Dispose();
        Stepper.Dispose();
    }
}
