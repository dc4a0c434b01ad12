using System.Diagnostics;
using System.Runtime.ExceptionServices;
using AutoSelect.Communication;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Training;

/// <summary>
/// Asynchronous SGD on ranks: the calling thread of each computes gradients without a pause, on the newest parameters it has; beside it, on a
/// thread of its own, round after round sums what has come from all ranks, updates the parameters and publishes them. A gradient is thus applied
/// to parameters that have moved on; <see cref="StaleSgdSettings.Repair"/> computes it where they are expected to be.
/// </summary>
/// <remarks>
/// Between <see cref="Start"/> and <see cref="Stop"/> the ranks' group belongs to the rounds. After every round all ranks have the same
/// parameters, bit for bit; no gradient is lost. How many gradients a round carries and how stale they are depends on the times of both
/// threads, so a run cannot be repeated exactly. Running statistics of batch norms are those of rank 0 after <see cref="Stop"/>.
/// Oyama et al., IEEE Big Data 2016, describe this scheme and its statistics.
/// </remarks>
public sealed class AsynchronousSgd : IDisposable
{
    private readonly Lock gate = new();
    private readonly TrainingRanks ranks;
    private readonly Module<Tensor, Tensor> model;
    private readonly Func<Tensor, Tensor, Tensor> loss;
    private readonly FlatParameters flat;
    private readonly MomentumState state;
    private readonly bool isInStep;
    private readonly SemaphoreSlim arrived = new(0), applied = new(0);
    private GradientSums waiting, travelling;
    private Thread? rounds;
    private ExceptionDispatchInfo? failure;
    private bool isStopping;
    private long lastGradient;

    /// <param name="ranks">All ranks have the same model and settings; each gives batches of its own, of one size.</param>
    /// <param name="model">Trained in place; rank 0's weights are taken.</param>
    /// <param name="loss">Mean loss of a batch from output and target.</param>
    /// <param name="isInStep">True makes rounds wait for one gradient of every rank, and ranks for the round: synchronous SGD, for comparison. Default false.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting outside its domain.</exception>
    /// <exception cref="UnsupportedModelException">The model has no parameters, or such of several types or devices.</exception>
    public AsynchronousSgd(TrainingRanks ranks, Module<Tensor, Tensor> model, Func<Tensor, Tensor, Tensor> loss, StaleSgdSettings settings, bool isInStep = false)
    {
        settings.Validate();
        (this.ranks, this.model, this.loss, this.isInStep) = (ranks, model, loss, isInStep);
        flat = FlatParameters.ByDecay(model);
        ranks.Broadcast(flat.Values, 0);
        state = new(settings, flat.Values, flat.ValuesOf(0).numel());
        (waiting, travelling) = (new(flat.Values.numel(), flat.Values.device), new(flat.Values.numel(), flat.Values.device));
    }

    /// <summary>What this rank saw since it was made; may be read while the rounds rest.</summary>
    public AsynchronousRecord Record { get; } = new();

    /// <summary>Rounds so far, those that carried no gradient included.</summary>
    public long Rounds { get; private set; }

    /// <summary>Updates of the parameters so far.</summary>
    public long Updates => state.Updates;

    /// <summary>Called after each round on its thread, with the number of rounds and the parameters [n] as a view: for tests and telemetry; slows the rounds down.</summary>
    internal Action<long, Tensor>? AfterRound { get; set; }

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
    /// <returns>The batch's mean loss at the parameters the gradient was computed at, a detached scalar owned by the caller's dispose scope.</returns>
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
            (round, update) = (Rounds, state.Updates);
            state.Predict(Record.MeanUpdatesOvertaken, flat.Values);
        }
        flat.Gradients.zero_();
        using var value = loss(model.call(batch.Inputs), batch.Targets);
        value.backward();
        lock (gate)
        {
            using var off = no_grad();
            waiting.Add(flat.Gradients, round, update);
            Record.GradientSeconds.Add(Stopwatch.GetElapsedTime(lastGradient).TotalSeconds);
            lastGradient = Stopwatch.GetTimestamp();
        }
        if (isInStep)
        {
            arrived.Release();
            applied.Wait();
            failure?.Throw();
        }
        return value.detach();
    }

    /// <summary>
    /// Ends the rounds once every rank has called it and all gradients are applied; the model then holds the parameters. Training may go on with
    /// <see cref="Start"/>.
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
        flat.Values.copy_(state.Weights);
        foreach (var buffer in model.buffers().Where(buffer => buffer.dtype == ScalarType.Float32)) ranks.Broadcast(buffer, 0);
    }

    /// <summary>Adds parameters, displacements and counts to a dictionary: the whole state, which lies between two rounds.</summary>
    /// <exception cref="InvalidOperationException">The rounds run.</exception>
    public void Save(StateDictionary dictionary)
    {
        RequireRest();
        state.Save(dictionary);
        dictionary.SetScalar("rounds", Rounds);
    }

    /// <summary>Restores what <see cref="Save"/> wrote, on any number of ranks.</summary>
    /// <exception cref="InvalidOperationException">The rounds run.</exception>
    /// <exception cref="InvalidDataException">The state lacks an entry or has one of another shape.</exception>
    public void Load(StateDictionary dictionary)
    {
        RequireRest();
        state.Load(dictionary);
        Rounds = (long)dictionary.GetScalar("rounds");
        using (no_grad()) flat.Values.copy_(state.Weights);
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
        state.Dispose();
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
        if (isInStep && !Volatile.Read(ref isStopping)) arrived.Wait();
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
            foreach (var (round, update) in travelling.Reads) Record.AddGradient(Rounds - round, state.Updates - update);
            if (gradients > 0) state.Apply(mean);
            Rounds++;
            Record.AddRound(gradients, Stopwatch.GetElapsedTime(started).TotalSeconds);
        }
        AfterRound?.Invoke(Rounds, state.Weights);
        if (isInStep && travelling.Reads.Count > 0) applied.Release();
        return done < ranks.Size;
    }
}
