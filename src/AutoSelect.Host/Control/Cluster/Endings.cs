using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoSelect.Host.Control.Cluster;

/// <summary>
/// How what a session has begun comes to its end. What fails to is told and keeps nothing else from it: a silo that does not take leave is
/// missed by the others.
/// </summary>
internal sealed partial class Endings
{
    private readonly List<Func<ValueTask>> first = [];
    private readonly List<Func<ValueTask>> then = [];

    /// <summary>Told of what fails; default nobody.</summary>
    public ILogger Logger { get; set; } = NullLogger.Instance;

    /// <summary>Something that ends before all else, beside the others of its kind: each may take its time.</summary>
    public void AddFirst(Func<ValueTask> end) => first.Add(end);

    /// <summary>Something that ends after all that is added later.</summary>
    public void Add(Func<ValueTask> end) => then.Add(end);

    /// <summary>Ends all of it, once.</summary>
    public async Task Run()
    {
        await Task.WhenAll(Taken(first).Select(Try));
        foreach (var end in Taken(then).Reverse()) await Try(end);
    }

    private static Func<ValueTask>[] Taken(List<Func<ValueTask>> ends)
    {
        Func<ValueTask>[] taken = [.. ends];
        ends.Clear();
        return taken;
    }

    private async Task Try(Func<ValueTask> end)
    {
        try
        {
            await end();
        }
#pragma warning disable CA1031 // Whatever is wrong with one is no reason to leave the others as they are.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogFailed(Logger, e);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A part of this silo did not end in order")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
