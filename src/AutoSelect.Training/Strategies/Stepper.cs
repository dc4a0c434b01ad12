using AutoSelect.Contracts;
using AutoSelect.Training.Checkpoints;
using static TorchSharp.torch;

namespace AutoSelect.Training.Strategies;

/// <summary>The state of a training algorithm on one model. Not thread-safe: one thread trains.</summary>
public abstract class Stepper : IDisposable
{
    /// <summary>Steps done.</summary>
    public long Steps { get; private set; }

    /// <summary>Forward, backward and update on one batch.</summary>
    /// <returns>
    /// The batch's mean loss, a detached scalar owned by the caller's dispose scope; not read here, so as not to wait for the device.
    /// </returns>
    public Tensor Step(Batch batch)
    {
        var loss = StepCore(batch);
        Steps++;
        return loss;
    }

    /// <summary>Says which step is reached, where updates are not steps.</summary>
    internal void StandAt(long step) => Steps = step;

    /// <summary>One step; called inside the training loop's dispose scope, so what must live on is detached from it. Gradients come from
    /// <see cref="TrainingTask.Gradients"/>; the batch is only passed on to it, and is empty where ranks train asynchronously.</summary>
    /// <returns>The mean loss, a detached scalar.</returns>
    protected abstract Tensor StepCore(Batch batch);

    /// <summary>
    /// True when what a step does to one parameter depends on that parameter's gradient alone, so that parameters can be updated one by one
    /// as their gradients arrive.
    /// </summary>
    public virtual bool UpdatesByPart => false;

    /// <summary>
    /// How the work of steps comes round, so that their time can be taken over whole cycles: a strategy that does something every so many
    /// steps says so here. The default: every step does the same.
    /// </summary>
    public virtual WorkCycle Cycle => WorkCycle.EveryStep;

    /// <summary>True when <see cref="SwapAveragedWeights"/> puts averaged weights into the model.</summary>
    public virtual bool HasAveragedWeights => false;

    /// <summary>Exchanges the model's trained weights with the averaged ones, in place; called in pairs around an evaluation.</summary>
    public virtual void SwapAveragedWeights() => throw new NotSupportedException($"{GetType().Name} keeps no averaged weights.");

    /// <summary>
    /// Draws of a posterior over the weights whose predictions an evaluation averages; 0, the default, predicts with the weights
    /// themselves.
    /// </summary>
    public virtual int PredictiveSamples => 0;

    /// <summary>
    /// Puts a draw of the posterior around the model's weights into the model until disposed; called under no_grad, between steps.
    /// </summary>
    /// <param name="index">Which draw, from 0; the same index gives the same draw until the next step.</param>
    public virtual IDisposable SampleWeights(int index) => throw new NotSupportedException($"{GetType().Name} keeps no posterior.");

    /// <summary>
    /// Figures of the last step by name, such as the K-FAC clip factor: read at evaluations, and so part of the curve and of telemetry.
    /// With those of communication at most 16, by names of at most 64 characters; the device tells of no others.
    /// </summary>
    public virtual IReadOnlyDictionary<string, double> Diagnostics => new Dictionary<string, double>();

    /// <summary>Adds the whole state to a dictionary of tensors, without the model's parameters and buffers.</summary>
    public void Save(StateDictionary state)
    {
        state.SetScalar("steps", Steps);
        SaveCore(state);
    }

    /// <summary>Restores a state that <see cref="Save"/> wrote, bit-identically.</summary>
    /// <exception cref="InvalidDataException">The state lacks an entry or has one of another shape.</exception>
    public void Load(StateDictionary state)
    {
        Steps = (long)state.GetScalar("steps");
        LoadCore(state);
    }

    /// <summary>
    /// Goes on from the state that another strategy's <see cref="Save"/> wrote, under this strategy's rule for that strategy: loads it
    /// when exact, else takes over what the two have in common and leaves the rest as it starts. Called on a stepper without steps;
    /// the model holds the other's weights already (averaged ones of a strategy that averages).
    /// </summary>
    /// <exception cref="InvalidDataException">The state lacks an entry or has one of another shape.</exception>
    public void Continue(StateDictionary state, ContinuationRule rule)
    {
        if (rule.Kind == ContinuationKind.Exact)
        {
            Load(state);
            return;
        }
        Steps = (long)state.GetScalar("steps");
        ContinueCore(rule.Kind == ContinuationKind.Convertible ? state : null);
    }

    /// <summary>Takes over what another strategy's state has in common with this one's; by default nothing.</summary>
    /// <param name="state">The other's state; null where only weights pass.</param>
    protected virtual void ContinueCore(StateDictionary? state) { }

    /// <summary>Adds all state that steps depend on besides the model's weights, <see cref="Steps"/> and torch's generator.</summary>
    protected abstract void SaveCore(StateDictionary state);

    /// <summary>Restores what <see cref="SaveCore"/> added, on a stepper that has just been started.</summary>
    /// <exception cref="InvalidDataException">The state lacks an entry or has one of another shape.</exception>
    protected abstract void LoadCore(StateDictionary state);

    /// <summary>Frees the state; the model is somebody else's.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the state.</summary>
    /// <param name="disposing">True; there is no finalizer.</param>
    protected virtual void Dispose(bool disposing) { }
}

/// <summary>One batch: inputs [n, …] and targets [n, …] on the device that trains.</summary>
public readonly record struct Batch(Tensor Inputs, Tensor Targets);
