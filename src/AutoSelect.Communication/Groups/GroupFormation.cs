using System.Net.Sockets;

namespace AutoSelect.Communication;

/// <summary>
/// Makes the connections of one rank: it connects to all lower ranks and waits for all higher ones, two connections a pair (control and
/// data). Nobody waits for an answer before it has greeted everybody, so the order in which ranks come does not matter.
/// </summary>
/// <param name="time">Times the waits for the others; null for the system's.</param>
internal sealed class GroupFormation(GroupDescription group, GroupListener listener, GroupOptions options, TimeProvider? time = null)
{
    private readonly int size = group.Endpoints.Count;
    private readonly TimeProvider time = time ?? TimeProvider.System;
    private readonly TaskCompletionSource complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock filling = new();
    private int missing;

    /// <summary>Connection to each rank for heartbeats and aborts; null for the own.</summary>
    public Socket?[] Control { get; } = new Socket?[group.Endpoints.Count];

    /// <summary>Connection to each rank for data; null for the own.</summary>
    public Socket?[] Data { get; } = new Socket?[group.Endpoints.Count];

    /// <exception cref="TimeoutException">Not all ranks came in time; the message names who is missing.</exception>
    /// <exception cref="GroupRefusedException">Another rank belongs to another group.</exception>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        missing = 2 * (size - 1 - group.Rank);
        if (missing == 0) complete.SetResult();
        using var late = new CancellationTokenSource(options.JoinTimeout, time);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        using var accepting = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token);
        var accept = AcceptAsync(accepting.Token);
        try
        {
            for (var rank = 0; rank < group.Rank; rank++)
            {
                Control[rank] = await GreetAsync(rank, ConnectionPurpose.Control, timeout.Token);
                Data[rank] = await GreetAsync(rank, ConnectionPurpose.Data, timeout.Token);
            }
            await complete.Task.WaitAsync(timeout.Token);
            for (var rank = 0; rank < group.Rank; rank++)
            {
                await HearAsync(rank, Control[rank]!, timeout.Token);
                await HearAsync(rank, Data[rank]!, timeout.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var absent = Enumerable.Range(0, size)
                .Where(rank => rank != group.Rank && (Control[rank] is null || Data[rank] is null)).ToList();
            throw new TimeoutException(absent.Count == 0
                ? $"The lower ranks did not answer rank {group.Rank} within {options.JoinTimeout.TotalSeconds:G4} s."
                : $"Rank {group.Rank} waited {options.JoinTimeout.TotalSeconds:G4} s in vain for rank {string.Join(", ", absent)} of "
                    + $"{size}.");
        }
        finally
        {
            await accepting.CancelAsync();
            await accept;
        }
    }

    /// <summary>Tells every rank one byte and waits for one from each, so that all have come so far when it returns.</summary>
    /// <param name="say">What to tell each rank.</param>
    /// <returns>What each rank told; 0 for the own.</returns>
    public async Task<byte[]> MeetAsync(Func<int, bool> say, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(options.JoinTimeout, time);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        var heard = new byte[size];
        for (var rank = 0; rank < size; rank++)
            if (Control[rank] is { } socket)
                await socket.SendAsync(new[] { (byte)(say(rank) ? 1 : 0) }, timeout.Token);
        for (var rank = 0; rank < size; rank++)
            if (Control[rank] is { } socket && await ReceiveAsync(socket, heard.AsMemory(rank, 1), timeout.Token) == 0)
                throw new GroupRefusedException($"Rank {rank} closed the connection while the group was being formed.");
        return heard;
    }

    public void Close()
    {
        foreach (var socket in Control.Concat(Data)) socket?.Dispose();
    }

    private static void Prepare(Socket socket) => socket.NoDelay = true;

    private static async Task<int> ReceiveAsync(Socket socket, Memory<byte> bytes, CancellationToken cancellationToken)
    {
        var received = 0;
        while (received < bytes.Length)
        {
            var count = await socket.ReceiveAsync(bytes[received..], cancellationToken);
            if (count == 0) return 0;
            received += count;
        }
        return received;
    }

    private async Task<Socket> GreetAsync(int rank, ConnectionPurpose purpose, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            Prepare(socket);
            await socket.ConnectAsync(group.Endpoints[rank].Host, group.Endpoints[rank].Port, cancellationToken);
            var bytes = new byte[Hello.Bytes];
            new Hello(group.Token, group.Generation, group.Rank, size, purpose, options.RingBytes).Write(bytes);
            await socket.SendAsync(bytes, cancellationToken);
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new GroupRefusedException(
                $"Rank {rank} cannot be reached at {group.Endpoints[rank].Host}:{group.Endpoints[rank].Port}: {e.Message}.", e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task HearAsync(int rank, Socket socket, CancellationToken cancellationToken)
    {
        var answer = new byte[1];
        try
        {
            if (await ReceiveAsync(socket, answer, cancellationToken) == 0) answer[0] = 0;
        }
        catch (SocketException)
        {
            answer[0] = 0;
        }
        if ((HelloAnswer)answer[0] == HelloAnswer.Welcome) return;
        var why = (HelloAnswer)answer[0] switch
        {
            HelloAnswer.OtherToken => "it belongs to another group.",
            HelloAnswer.OtherGeneration => "it belongs to another generation of the group.",
            HelloAnswer.Unexpected => $"it expects no such rank in a group of {size} with rings of {options.RingBytes} bytes.",
            _ => "it closed the connection.",
        };
        throw new GroupRefusedException($"Rank {rank} refused rank {group.Rank} of generation {group.Generation}: {why}");
    }

    private async Task AcceptAsync(CancellationToken cancellationToken)
    {
        var greetings = new List<Task>();
        try
        {
            while (true) greetings.Add(WelcomeAsync(await listener.Socket.AcceptAsync(cancellationToken), cancellationToken));
        }
        catch (OperationCanceledException)
        {
            // All have come, or the time is over.
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            complete.TrySetException(e);
        }
        await Task.WhenAll(greetings);
    }

    private async Task WelcomeAsync(Socket socket, CancellationToken cancellationToken)
    {
        var kept = false;
        try
        {
            Prepare(socket);
            var bytes = new byte[Hello.Bytes];
            if (await ReceiveAsync(socket, bytes, cancellationToken) == 0 || Hello.Read(bytes) is not { } hello) return;
            var answer = hello.Judge(group, options.RingBytes);
            if (answer == HelloAnswer.Welcome) answer = Keep(hello, socket, ref kept);
            await socket.SendAsync(new[] { (byte)answer }, cancellationToken);
            if (kept && Interlocked.Decrement(ref missing) == 0) complete.TrySetResult();
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // Not one of ours, or it broke: who is missing in the end is said by name.
        }
        finally
        {
            if (!kept) socket.Dispose();
        }
    }

    private HelloAnswer Keep(Hello hello, Socket socket, ref bool kept)
    {
        var sockets = hello.Purpose == ConnectionPurpose.Control ? Control : Data;
        lock (filling)
        {
            if (sockets[hello.Rank] is not null) return HelloAnswer.Unexpected;
            sockets[hello.Rank] = socket;
        }
        kept = true;
        return HelloAnswer.Welcome;
    }
}
