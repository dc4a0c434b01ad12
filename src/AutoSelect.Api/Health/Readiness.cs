using System.Collections.Immutable;

namespace AutoSelect.Api.Health;

/// <summary>
/// Why a server is not ready. Whoever asks needs no key, and a look may write to the database: all who ask within a second get one look.
/// </summary>
internal sealed class Readiness(Func<Task<ImmutableArray<string>>> look, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private Task<ImmutableArray<string>>? latest;
    private long began;

    /// <summary>Empty where it is ready.</summary>
    public Task<ImmutableArray<string>> Reasons()
    {
        lock (gate)
        {
            if (latest is { } known && (!known.IsCompleted || time.GetElapsedTime(began) < Fresh)) return known;
            began = time.GetTimestamp();
            return latest = Task.Run(look);
        }
    }
}
