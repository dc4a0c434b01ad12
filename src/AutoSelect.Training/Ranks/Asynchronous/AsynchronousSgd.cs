using System.Diagnostics;
using System.Runtime.ExceptionServices;
using AutoSelect.Communication;
using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Strategies;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Training.Ranks.Asynchronous;

/// <summary>
/// Asynchronous SGD on ranks: the calling thread of each computes gradients without a pause, on the newest parameters it has; beside it, on
/// a thread of its own, round after round sums what has come from all ranks, updates the parameters and publishes them. A gradient is thus
/// applied to parameters that have moved on; <see cref="StaleSgdSettings.Repair"/> computes it where they are expected to be.
/// </summary>
/// <remarks>
/// Between <see cref="Start"/> and <see cref="Stop"/> the ranks' group belongs to the rounds. After every round all ranks have the same
/// parameters, bit for bit; no gradient is lost. How many gradients a round carries and how stale they are depends on the times of both
/// threads, so a run cannot be repeated exactly. Running statistics of norms are the ranks' mean after <see cref="Stop"/>.
/// Oyama et al., IEEE Big Data 2016, describe this scheme and its statistics.
/// </remarks>
public sealed class AsynchronousSgd : IDisposable
{
    private readonly Lock gate = new();
    private readonly TrainingRanks ranks;
    private readonly nn.Module model;
    private readonly Func<Batch, Tensor> pass;
    private readonly FlatParameters flat;
    private readonly StaleWeights weights;
    private readonly RoundPace pace;
    private readonly SemaphoreSlim arrived = new(0), applied = new(0);
    private GradientSums waiting, travelling;
    private Thread? rounds;
    private ExceptionDispatchInfo? failure;
    private bool isStopping;
    private long lastGradient;

    /// <param name="ranks">All ranks have the same model and settings; each gives batches of its own, of one size.</param>
    /// <param name="model">Trained in place; rank 0's weights are taken.</param>
    /// <param name="loss">Mean loss of a batch from output and target.</param>
    /// <param name="settings">Hyperparameters.</param>
    /// <param name="pace">When rounds begin; the same on all ranks.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting outside its domain.</exception>
    /// <exception cref="UnsupportedModelException">The model has no parameters, or such of several types or devices.</exception>
    public AsynchronousSgd(
        TrainingRanks ranks, Module<Tensor, Tensor> model, Func<Tensor, Tensor, Tensor> loss,
        StaleSgdSettings settings, RoundPace pace = RoundPace.BackToBack)
        : this(ranks, model, FlatParameters.ByDecay(model), settings, batch => Backward(model, loss, batch), pace) { }

    private AsynchronousSgd(
        TrainingRanks ranks, nn.Module model, FlatParameters flat, StaleSgdSettings settings, Func<Batch, Tensor> pass, RoundPace pace)
        : this(ranks, model, flat, pass, FromLeader(settings, ranks, flat), pace) { }

    /// <param name="ranks">The ranks.</param>
    /// <param name="model">The instance of the model that gradients are computed on.</param>
    /// <param name="flat">Its parameters; owned from now on.</param>
    /// <param name="pass">Adds a batch's gradient to those of the parameters, and gives its detached mean loss.</param>
    /// <param name="weights">
    /// The weights that are updated, in the order of the parameters; the same on all ranks, and owned from now on.
    /// </param>
    /// <param name="pace">When rounds begin.</param>
    internal AsynchronousSgd(
        TrainingRanks ranks, nn.Module model, FlatParameters flat, Func<Batch, Tensor> pass, StaleWeights weights, RoundPace pace)
    {
        (this.ranks, this.model, this.pass, this.pace) = (ranks, model, pass, pace);
        (this.flat, this.weights) = (flat, weights);
        (waiting, travelling) = (new(flat.Values.numel(), flat.Values.device), new(flat.Values.numel(), flat.Values.device));
    }

    /// <summary>What this rank saw since it was made; may be read while the rounds rest.</summary>
    public AsynchronousRecord Record { get; } = new();

    /// <summary>Rounds so far, those that carried no gradient included.</summary>
    public long Rounds { get; private set; }

    /// <summary>Bytes a rank sends in a round.</summary>
    internal double BytesPerRound => 2.0 * (ranks.Size - 1) / ranks.Size * sizeof(float) * waiting.Message.numel();

    /// <summary>Updates of the parameters so far.</summary>
    public long Updates => weights.Updates;

    /// <summary>
    /// Called after each round on its thread, with the number of rounds and the parameters [n] as a view: for tests and telemetry; slows
    /// the rounds down.
    /// </summary>
    internal Action<long, Tensor>? AfterRound { get; set; }

    /// <summary>True between <see cref="Start"/> and <see cref="Stop"/>.</summary>
    public bool IsRunning => rounds is not null;

    /// <summary>Begins the rounds; all ranks call it.</summary>
    /// <param name="processor">Processor to pin the rounds' thread to; null leaves it to the system.</param>
    /// <exception cref="InvalidOperationException">They run.</exception>
    public void Start(int? processor = null)
    {
        if (rounds is not null) throw new InvalidOperationException("The rounds run already.");
        isStopping = false;
        // What the last rounds left would let a step or a round pass too early.
        while (arrived.Wait(0) || applied.Wait(0)) { }
        lastGradient = Stopwatch.GetTimestamp();
        var threads = get_num_threads();
        rounds = new Thread(() => Run(processor, threads)) { IsBackground = true, Name = "asynchronous rounds" };
        rounds.Start();
    }

    /// <summary>Computes one gradient on the newest parameters and leaves it for the next round.</summary>
    /// <returns>
    /// The batch's mean loss at the parameters the gradient was computed at, a detached scalar owned by the caller's dispose scope.
    /// </returns>
    /// <exception cref="InvalidOperationException">The rounds do not run.</exception>
    /// <exception cref="RankLostException">A rank was lost; this object is of no more use, but what was saved is.</exception>
    public Tensor Step(Batch batch)
    {
        if (rounds is null) throw new InvalidOperationException("The rounds do not run: call Start first.");
        long round, update;
        lock (gate)
        {
            failure?.Throw();
            using var off = no_grad();
            (round, update) = (Rounds, weights.Updates);
            weights.Predict(Record.MeanUpdatesOvertaken, flat.Values);
        }
        flat.Gradients.zero_();
        var value = pass(batch);
        lock (gate)
        {
            using var off = no_grad();
            waiting.Add(flat.Gradients, round, update);
            Record.GradientSeconds.Add(Stopwatch.GetElapsedTime(lastGradient).TotalSeconds);
            lastGradient = Stopwatch.GetTimestamp();
        }
        arrived.Release();
        if (pace == RoundPace.InStep)
        {
            applied.Wait();
            failure?.Throw();
        }
        return value;
    }

    /// <summary>
    /// Ends the rounds once every rank has called it and all gradients are applied; the model then holds the parameters. Training may go on
    /// with <see cref="Start"/>.
    /// </summary>
    /// <exception cref="RankLostException">A rank was lost.</exception>
    public void Stop()
    {
        if (rounds is null) return;
        lock (gate) isStopping = true;
        arrived.Release();
        rounds.Join();
        rounds = null;
        failure?.Throw();
        using var off = no_grad();
        flat.Values.copy_(weights.Weights);
        ranks.AverageBuffers(model);
    }

    /// <summary>Adds parameters, displacements and counts to a dictionary: the whole state, which lies between two rounds.</summary>
    /// <exception cref="InvalidOperationException">The rounds run.</exception>
    public void Save(StateDictionary dictionary)
    {
        RequireRest();
        weights.Save(dictionary);
        dictionary.SetScalar("rounds", Rounds);
    }

    /// <summary>Restores what <see cref="Save"/> wrote, on any number of ranks.</summary>
    /// <exception cref="InvalidOperationException">The rounds run.</exception>
    /// <exception cref="InvalidDataException">The state lacks an entry or has one of another shape.</exception>
    public void Load(StateDictionary dictionary)
    {
        RequireRest();
        weights.Load(dictionary);
        Rounds = (long)dictionary.GetScalar("rounds");
        using (no_grad()) flat.Values.copy_(weights.Weights);
    }

    /// <summary>Frees the state; rounds that run are broken off, on all ranks. The model keeps the parameters it has.</summary>
    public void Dispose()
    {
        if (rounds is not null)
        {
            ranks.Group.Abort();
            arrived.Release();
            rounds.Join();
            rounds = null;
        }
        waiting.Dispose();
        travelling.Dispose();
        weights.Dispose();
        flat.Dispose();
        arrived.Dispose();
        applied.Dispose();
    }

    private void RequireRest()
    {
        if (rounds is not null) throw new InvalidOperationException("The rounds run: a checkpoint is taken after Stop.");
    }

    // Grad mode, dispose scopes and OpenMP's thread count belong to a thread.
    private void Run(int? processor, int threads)
    {
        try
        {
            if (processor is { } number) ThreadAffinity.TryPin(number);
            set_num_threads(threads);
            using var off = no_grad();
            while (Round()) { }
        }
        catch (Exception e)
        {
            lock (gate) failure = ExceptionDispatchInfo.Capture(e);
        }
        applied.Release();
    }

    /// <returns>False after the last round.</returns>
    private bool Round()
    {
        WaitForGradient();
        using var scope = NewDisposeScope();
        var started = Stopwatch.GetTimestamp();
        lock (gate)
        {
            // Together: once a rank says that it is done, no gradient comes behind.
            (waiting, travelling) = (travelling, waiting);
            waiting.Clear();
            travelling.Close(isStopping);
        }
        ranks.AllReduce(travelling.Message);
        var mean = travelling.Mean(out var gradients, out var done);
        lock (gate)
        {
            foreach (var (round, update) in travelling.Reads) Record.AddGradient(Rounds - round, weights.Updates - update);
            if (gradients > 0) weights.Apply(mean, gradients);
            Rounds++;
            Record.AddRound(gradients, Stopwatch.GetElapsedTime(started).TotalSeconds);
        }
        AfterRound?.Invoke(Rounds, weights.Weights);
        if (pace == RoundPace.InStep && travelling.Reads.Count > 0) applied.Release();
        return done < ranks.Size;
    }

    private void WaitForGradient()
    {
        if (pace == RoundPace.BackToBack || Volatile.Read(ref isStopping)) return;
        arrived.Wait();
        // One round takes all that has arrived.
        while (pace == RoundPace.OnArrival && arrived.Wait(0)) { }
    }

    private static Tensor Backward(Module<Tensor, Tensor> model, Func<Tensor, Tensor, Tensor> loss, Batch batch)
    {
        using var value = loss(model.call(batch.Inputs), batch.Targets);
        value.backward();
        return value.detach();
    }

    private static MomentumWeights FromLeader(StaleSgdSettings settings, TrainingRanks ranks, FlatParameters flat)
    {
        settings.Validate();
        ranks.Broadcast(flat.Values, 0);
        return new(settings, flat.Values, flat.ValuesOf(0).numel());
    }
}
