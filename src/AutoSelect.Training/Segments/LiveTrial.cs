using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Training.Catalogues;
using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Modification;
using AutoSelect.Training.Ranks;
using AutoSelect.Training.Strategies;
using AutoSelect.Training.Workloads;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Training.Segments;

/// <summary>A trial in memory: model, stepper, averaged weights, position in the data, generator and accounts.</summary>
internal sealed partial class LiveTrial : IDisposable
{
    private readonly SegmentAssignment origin;
    private readonly LoadedWorkload loaded;
    private readonly torch.Device device;
    private readonly Module<Tensor, Tensor> model;
    private readonly List<nn.Module> alwaysInEvaluation;
    private readonly ModifiedTraining training;
    private readonly DataOrder order;
    private readonly BatchNormRecalibration batchNorm;
    private Tensor? generator;
    private TrainingRanks? ranks;

    /// <summary>Starts a trial; all its random numbers follow from the candidate's seed.</summary>
    /// <param name="assignment">Its first segment here.</param>
    /// <param name="loaded">Workload and data.</param>
    /// <param name="strategy">Training algorithm.</param>
    /// <param name="device">Where to train.</param>
    /// <param name="ranks">Who trains it together; null for this device alone.</param>
    /// <exception cref="ArgumentException">The candidate asks for what this device process cannot do.</exception>
    /// <exception cref="UnsupportedModelException">The strategy cannot train the model.</exception>
    public LiveTrial(
        SegmentAssignment assignment, LoadedWorkload loaded, TrainingStrategy strategy, torch.Device device, TrainingRanks? ranks)
    {
        (origin, this.loaded, this.device, this.ranks) = (assignment, loaded, device, ranks);
        var candidate = assignment.Candidate;
        var examples = loaded.Data.Training.Count;
        order = new DataOrder(candidate.Seed, examples, candidate.BatchSize, device);
        Seed(candidate.Seed);
        model = loaded.Workload.CreateModel(loaded.Setup);
        alwaysInEvaluation = [.. model.named_modules().Select(m => m.module).Where(m => !m.training)];
        model.to(device);
        var description = strategy.Description;
        var traits = TraitsOf.Workload(loaded.Workload, model, loaded.Data.Training, device);
        if (CandidateRules.Broken(candidate, description, traits, bf16: null).ToList() is { Count: > 0 } broken)
            throw new ArgumentException(string.Join(" ", broken));
        batchNorm = new BatchNormRecalibration(model, candidate.Seed, examples, device);
        var task = new TrainingTask
        {
            Model = model,
            Loss = loaded.Workload.Loss,
            SampleTargets = loaded.Workload.SampleTargets,
            Candidate = candidate,
            HorizonSteps = assignment.HorizonSteps,
            Strategy = description,
            Device = device,
            Ranks = ranks,
            CreateModel = Another,
        };
        var smoothing = BatchSmoothing.ForCandidate(candidate, loaded.Workload, OutputOf, loaded.Data.Training, device);
        training = new ModifiedTraining(
            strategy, task, smoothing, assignment.Placement?.Plan, () => loaded.Data.Training.Pick(ranks!.PartOf(order.Indices(0))));
    }

    public LossWatch Losses { get; } = new();

    public TrialAccounts Accounts { get; } = new();

    public long Step => training.Steps;

    public long StepsPerEpoch => order.StepsPerEpoch;

    /// <summary>How the work of its steps comes round.</summary>
    public WorkCycle Cycle => training.Cycle;

    /// <summary>True where ranks train it together.</summary>
    public bool IsShared => ranks is not null;

    /// <summary>False while the weights of ranks that train on their own differ: no place to end or to write a checkpoint.</summary>
    public bool IsSynchronised => training.Ranks?.IsSynchronised ?? true;

    /// <summary>The figures of stepper and exchange; null where there are none.</summary>
    public ImmutableSortedDictionary<string, double>? Diagnostics =>
        training.Stepper.Diagnostics.Concat(training.Ranks?.Figures ?? new Dictionary<string, double>())
            .ToImmutableSortedDictionary(StringComparer.Ordinal) is { Count: > 0 } figures ? figures
            : null;

    /// <summary>True when the assignment goes on exactly where this trial stands.</summary>
    public bool Continues(SegmentAssignment next) =>
        !IsShared && next.Placement is null && next.Job == origin.Job && next.Trial == origin.Trial
            && next.HorizonSteps == origin.HorizonSteps && next.From?.Step == Step && loaded.Is(next.Workload)
        && next.Candidate.Name == origin.Candidate.Name && next.Candidate.Seed == origin.Candidate.Seed;

    /// <summary>One step on the next batch; its loss goes to <see cref="Losses"/>.</summary>
    /// <param name="isLast">The segment ends after it, or is copied for another trial.</param>
    public void Train(bool isLast)
    {
        using var scope = NewDisposeScope();
        var step = Step;
        Losses.Add(training.Step(loaded.Data.Training.Pick(training.Pick(order.Indices(step))), isLast), step + 1);
    }

    /// <summary>Reads the losses of the steps since the last call; with ranks called by all of them.</summary>
    public void ReadLosses()
    {
        // Collectives of this thread would get in the way of those that are still running.
        training.Ranks?.Flush();
        Losses.Read(ranks);
    }

    /// <summary>Goes on without the other ranks, who are not there any more: to evaluate and export, not to train.</summary>
    public void Leave() => ranks = null;

    /// <summary>The metric on the data that decisions are made on.</summary>
    public TrialValues EvaluateOnValidation() => Evaluate(loaded.Data.Validation);

    /// <summary>The metric of raw and averaged weights; leaves model, statistics and generator as they were.</summary>
    public TrialValues Evaluate(ExampleSet examples)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var before = get_rng_state();
        training.Ranks?.Flush();
        ranks?.AverageBuffers(model);
        model.eval();
        using var mean = ranks is null ? null : training.Ranks?.WithMean();
        var raw = Evaluation.Mean(loaded.Workload, model, examples, device, training.Stepper, ranks);
        double? averaged = null;
        WithAveragedWeights(() => averaged = Evaluation.Mean(loaded.Workload, model, examples, device, training.Stepper, ranks));
        BackToTraining();
        set_rng_state(before);
        return new TrialValues(raw, averaged);
    }

    /// <summary>
    /// Writes the weights that would be delivered, raw or averaged, as fp32 under the names of the model's state dictionary, and beside
    /// them the model in the workload's own form.
    /// </summary>
    /// <exception cref="CheckpointException">A file could not be written.</exception>
    public void ExportWeights(string path, bool averaged)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        void Write()
        {
            SafetensorsWriter.Write(
                path, StateOfModel().ToDictionary(t => t.Name, t => Single(t.Tensor)), new Dictionary<string, double>());
            loaded.Workload.ExportModel(model, Path.ChangeExtension(path, null));
        }
        model.eval();
        if (averaged) WithAveragedWeights(Write);
        else Write();
        BackToTraining();

        static Tensor Single(Tensor tensor) => tensor.is_floating_point() ? tensor.to(ScalarType.Float32) : tensor;
    }

    /// <summary>Takes the process-wide generator to where this trial left it.</summary>
    public void Resume()
    {
        if (generator is not null)
        {
            set_rng_state(generator);
            SeedAccelerator();
        }
        Losses.BeginSegment();
    }

    /// <summary>Remembers the process-wide generator, which others use in between.</summary>
    public void Pause()
    {
        using var scope = NewDisposeScope();
        KeepGenerator(get_rng_state());
    }

    public void Dispose()
    {
        generator?.Dispose();
        Losses.Dispose();
        training.Dispose();
        batchNorm.Dispose();
        order.Dispose();
        model.Dispose();
    }

    private void KeepGenerator(Tensor state)
    {
        generator?.Dispose();
        generator = state.clone().DetachFromDisposeScope();
    }

    private IEnumerable<(string Name, Tensor Tensor)> StateOfModel() =>
        model.named_parameters().Select(p => (p.name, (Tensor)p.parameter)).Concat(model.named_buffers().Select(b => (b.name, b.buffer)));

    private void WithAveragedWeights(Action action)
    {
        var (average, stepper) = (training.Average, training.Stepper);
        if (average is not null ? !average.Swap() : !stepper.HasAveragedWeights || stepper.Steps == 0) return;
        if (average is null) stepper.SwapAveragedWeights();
        if (batchNorm.IsNeeded) batchNorm.Measure(loaded.Data.Training);
        try
        {
            action();
        }
        finally
        {
            if (batchNorm.IsNeeded) batchNorm.Restore();
            if (average is not null) average.Swap();
            else stepper.SwapAveragedWeights();
        }
    }

    // Leaves mode, statistics and generator as they were, since a run must not depend on being looked at.
    private Tensor OutputOf(Tensor inputs)
    {
        using var off = no_grad();
        var before = get_rng_state();
        model.eval();
        var output = model.call(inputs);
        BackToTraining();
        set_rng_state(before);
        return output;
    }

    private void BackToTraining()
    {
        model.train();
        foreach (var module in alwaysInEvaluation) module.eval();
    }

    private Module<Tensor, Tensor> Another()
    {
        using var before = get_rng_state();
        var another = loaded.Workload.CreateModel(loaded.Setup);
        another.to(device);
        set_rng_state(before);
        return another;
    }

    private void Seed(long seed)
    {
        random.manual_seed(seed);
        if (device.type == DeviceType.CUDA) cuda.manual_seed_all(seed);
    }

    // The state of an accelerator's generator cannot be read through TorchSharp 0.107. Seeding it from the step wherever a checkpoint is
    // written or read makes the run after a checkpoint the same whether it was loaded or went on in memory.
    private void SeedAccelerator()
    {
        if (device.type == DeviceType.CUDA) cuda.manual_seed_all(unchecked((origin.Candidate.Seed * 1_000_003) ^ Step));
    }
}
