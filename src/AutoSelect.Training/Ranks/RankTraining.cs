using AutoSelect.Contracts;
using AutoSelect.Training.Catalogues;
using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Modification;
using AutoSelect.Training.Ranks.Asynchronous;
using AutoSelect.Training.Strategies;

namespace AutoSelect.Training.Ranks;

/// <summary>
/// What training on several ranks adds to a trial: an exchange of gradients in every step or beside the steps, or of weights now and then.
/// </summary>
internal sealed class RankTraining : IDisposable
{
    private readonly TrainingRanks ranks;
    private readonly TrainingTask task;
    private readonly GradientExchange? exchange;
    private readonly LocalSteps? local;
    private readonly double forecastSeconds = double.NaN;

    /// <summary>Passes that time the layers, to plan by.</summary>
    private const int TimedPasses = 4;

    /// <param name="task">What is trained; a candidate of one rank that was given more sends its gradients as they are.</param>
    /// <param name="plan">How gradients are exchanged; null leaves it to the ranks' planner.</param>
    /// <param name="sample">A batch of this rank's to time the layers with.</param>
    public RankTraining(TrainingTask task, ExchangePlan? plan, Func<Batch>? sample)
    {
        (this.task, ranks) = (task, task.Ranks!);
        var communication = GradientCommunication.Parse(task.Candidate.Communication);
        if (communication.IsAsynchronous)
        {
            Asynchronous = new AsynchronousSteps(
                task, communication.Kind == CommunicationKind.AsynchronousPredicted ? StalenessRepair.LeastSquares : StalenessRepair.None);
            return;
        }
        if (communication.IsLocal)
        {
            local = new LocalSteps(task.Model, ranks, communication);
            return;
        }
        if (plan is null && ranks.Planner is { } planner && sample is not null)
        {
            using var scope = TorchSharp.torch.NewDisposeScope();
            (plan, forecastSeconds) = planner.Choose(LayerClock.Measure(task, sample(), TimedPasses), task.Candidate, task.Strategy);
        }
        plan ??= new ExchangePlan();
        // With micro-batches a layer's gradient is complete after the last of several backward passes; who captures layers goes back
        // through them before the pass whose gradients count. A model that shows no layers has none to overlap with.
        if (TraitsOf.HidesLayers(task.Model) || task.Candidate.Modifiers.MicroBatch is not null
            || task.Strategy.Capabilities.NeedsLayerCapture)
        {
            plan = plan with { Overlap = ExchangeOverlap.None };
        }
        exchange = new GradientExchange(task.Model, ranks, communication, plan, task.Candidate.Seed);
    }

    /// <summary>False while the ranks' weights differ.</summary>
    public bool IsSynchronised => local?.IsSynchronised ?? true;

    /// <summary>What takes the steps where ranks train asynchronously; null where they train in step.</summary>
    public AsynchronousSteps? Asynchronous { get; }

    /// <summary>The pass on this rank's part of a batch, before modifiers.</summary>
    public GradientPass OwnPass => Asynchronous?.OwnPass ?? task.Gradients;

    /// <summary>Figures of the exchange, for the curve's points.</summary>
    public IReadOnlyDictionary<string, double> Figures
    {
        get
        {
            var figures = exchange?.Figures ?? local?.Figures ?? Asynchronous!.Figures;
            return double.IsNaN(forecastSeconds) || figures.Count == 0 ? figures
                : new Dictionary<string, double>(figures) { ["communication.forecastStepMilliseconds"] = 1e3 * forecastSeconds };
        }
    }

    /// <summary>The pass whose gradients are those of the whole batch; unchanged where ranks train on their own.</summary>
    public GradientPass Around(GradientPass pass) =>
        exchange is not null ? new ExchangePass(pass, exchange) : Asynchronous?.Around(pass) ?? pass;

    /// <summary>
    /// Gets to know the stepper. One that updates by parts may leave its updates until the next forward pass, if the plan wants that and
    /// the modifiers allow it.
    /// </summary>
    /// <param name="stepper">Of the task.</param>
    /// <param name="update">Steps it beside the passes; gets the step that is then reached.</param>
    public void Begin(Stepper stepper, Action<long> update)
    {
        Asynchronous?.Drive(stepper, update);
        // Whoever scales whole gradients, looks at the change of a step or moves weights around it needs the update to be done.
        var modifiers = task.Candidate.Modifiers;
        if (exchange is null || !stepper.UpdatesByPart
            || modifiers is not { ClipNorm: null, Cautious: false, SamRho: null, PerturbationSigma: null }
            || modifiers.Averaging == WeightAveraging.Gpa) return;
        exchange.AllowDeferral();
        if (exchange.Defers) task.Deferral = exchange;
    }

    /// <summary>Does the updates that were left or are under way; to be called by all ranks before weights are looked at.</summary>
    public void Flush()
    {
        exchange?.Flush();
        Asynchronous?.Rest();
    }

    /// <summary>To be called after every step, counted from 1.</summary>
    public void After(long step, bool isLast) => local?.After(step, isLast);

    /// <summary>Puts the mean of the ranks' weights into the model until disposed; null where they are the same.</summary>
    public IDisposable? WithMean() => IsSynchronised ? null : local!.WithMean();

    /// <summary>Adds the state of the exchange, and the steppers' of all ranks where they differ; called by all ranks.</summary>
    public void Save(StateDictionary state, Stepper stepper)
    {
        var own = new StateDictionary();
        exchange?.Save(own, state.Part("shared"));
        if (local is not null) stepper.Save(own);
        local?.Save(state.Part("shared"));
        Asynchronous?.Save(state.Part("shared"));
        RankStates.Gather(ranks, own, state.Part("own"));
    }

    /// <summary>
    /// Restores the state; of another number of ranks what was left over is divided anew, and steppers go on as the leader's.
    /// </summary>
    public void Load(StateDictionary state, Stepper stepper)
    {
        var (all, shared) = (state.Part("own"), state.Part("shared"));
        var before = RankStates.CountIn(all);
        local?.Load(shared);
        Asynchronous?.Load(shared);
        if (before == 0) return;
        if (local is not null)
        {
            if (before == ranks.Size && RankStates.StateOfRank(all, ranks.Rank).HasScalar("steps"))
                stepper.Load(RankStates.StateOfRank(all, ranks.Rank));
        }
        else exchange?.Load(before == ranks.Size ? RankStates.StateOfRank(all, ranks.Rank) : RankStates.Redivided(all, ranks.Size), shared);
    }

    public void Dispose()
    {
        exchange?.Dispose();
        local?.Dispose();
        Asynchronous?.Dispose();
    }
}
