using AutoSelect.Contracts;
using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Modification;
using static TorchSharp.torch;

namespace AutoSelect.Training.Segments;

/// <summary>What a trial writes to its checkpoints and reads from them.</summary>
internal sealed partial class LiveTrial
{
    /// <summary>Prefix of the weights to deliver, in a checkpoint that another trial begins with.</summary>
    private const string Delivered = "delivered";

    /// <summary>Writes the whole state; with ranks called by all of them, of which the leader writes.</summary>
    /// <param name="path">File to write.</param>
    /// <param name="forSuccessor">
    /// True adds the averaged weights, with statistics measured for them: what a strategy without this one's averages begins with.
    /// </param>
    /// <returns>Length and hash of the file; null for a rank that does not write.</returns>
    /// <exception cref="CheckpointException">The file could not be written.</exception>
    public WrittenFile? Save(string path, bool forSuccessor = false)
    {
        using var scope = NewDisposeScope();
        ReadLosses();
        ranks?.AverageBuffers(model);
        var state = new StateDictionary();
        var modelState = state.Part("model");
        foreach (var (name, tensor) in StateOfModel()) modelState.Set(name, tensor);
        training.Save(state);
        if (forSuccessor) AddDelivered(state.Part(Delivered));
        state.Set("generator", get_rng_state());
        state.SetScalar("trial.seed", origin.Candidate.Seed);
        state.SetScalar("trial.batchSize", origin.Candidate.BatchSize);
        Losses.Save(state.Part("trial"));
        Accounts.Save(state.Part("trial"));
        WrittenFile? written = ranks is { Rank: > 0 } ? null : SafetensorsWriter.Write(path, state.Tensors, state.Scalars);
        SeedAccelerator();
        return written;
    }

    /// <summary>Restores what <see cref="Save"/> wrote, bit-identically.</summary>
    /// <exception cref="UnusableCheckpointException">The file is missing or corrupt.</exception>
    /// <exception cref="InvalidDataException">It is of another candidate.</exception>
    public void Load(Checkpoint from) => Read(from, state =>
    {
        CopyModel(state.Part("model"));
        training.Load(state, device);
    });

    /// <summary>Begins with the state of another candidate's trial, under the rule of this one's strategy for that one's.</summary>
    /// <param name="from">A checkpoint that was saved for a successor.</param>
    /// <param name="predecessor">The candidate that wrote it.</param>
    /// <param name="rule">How much is taken over.</param>
    /// <exception cref="UnusableCheckpointException">The file is missing or corrupt.</exception>
    /// <exception cref="InvalidDataException">It is of another candidate.</exception>
    public void Continue(Checkpoint from, Candidate predecessor, ContinuationRule rule) => Read(from, state =>
    {
        var sameAverage = predecessor.Modifiers.Averaging == origin.Candidate.Modifiers.Averaging;
        // An averaging method leaves by its average: the weights it trains mean little without it.
        var leavesAverage = rule.Kind != ContinuationKind.Exact || (predecessor.Modifiers.Averaging == WeightAveraging.Gpa && !sameAverage);
        CopyModel(state.Part(leavesAverage && state.Part(Delivered).HasAny ? Delivered : "model"));
        training.Continue(state, device, rule, keepAverage: sameAverage && !leavesAverage);
    }, () =>
    {
        // Other batches or targets make another loss, whose band says nothing about this one's.
        if (HasSameLoss(predecessor.Modifiers, origin.Candidate.Modifiers))
            Losses.Guard(from.Step + (origin.Candidate.Continues?.RewarmSteps ?? 0) + SwitchGuard.StepsAfterRewarm);
    });

    private static bool HasSameLoss(Modifiers one, Modifiers other) =>
        (one.MixupAlpha, one.LabelSmoothing, one.PerturbationSigma) == (other.MixupAlpha, other.LabelSmoothing, other.PerturbationSigma);

    private void Read(Checkpoint from, Action<StateDictionary> take, Action? afterwards = null)
    {
        using var scope = NewDisposeScope();
        var (path, expectedStep) = (from.Uri, from.Step);
        var state = Stored(from);
        try
        {
            if (state.GetScalar("trial.seed") != origin.Candidate.Seed || state.GetScalar("trial.batchSize") != origin.Candidate.BatchSize)
                throw new InvalidDataException("it belongs to a candidate of another seed or batch size.");
            take(state);
            Losses.Load(state.Part("trial"));
            Accounts.Load(state.Part("trial"));
            KeepGenerator(state.Get("generator"));
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"The checkpoint '{path}' does not fit the trial: {e.Message}", e);
        }
        if (Step != expectedStep) throw new InvalidDataException($"The checkpoint '{path}' holds step {Step}, not {expectedStep}.");
        afterwards?.Invoke();
    }

    private static StateDictionary Stored(Checkpoint from)
    {
        try
        {
            return SafetensorsReader.Read(from.Uri, from.Sha256);
        }
        catch (InvalidDataException e)
        {
            throw new UnusableCheckpointException(e.Message, e);
        }
    }

    private void CopyModel(StateDictionary state)
    {
        foreach (var (name, tensor) in StateOfModel()) state.CopyTo(name, tensor);
    }

    // Only averages that replace the trained weights, as a strategy's own and primal averaging do; the average beside a run is its copy.
    private void AddDelivered(StateDictionary state)
    {
        if (training.Average is not null and not PrimalAverage) return;
        using var off = no_grad();
        model.eval();
        WithAveragedWeights(() =>
        {
            foreach (var (name, tensor) in StateOfModel()) state.Set(name, tensor.clone());
        });
        BackToTraining();
    }
}
