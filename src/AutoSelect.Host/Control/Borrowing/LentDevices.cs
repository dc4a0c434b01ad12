using AutoSelect.Providers;
using AutoSelect.Storage;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Host.Control.Borrowing;

/// <summary>
/// All that is borrowed, at the end of a control side. A silo that ends leaves it to the others; the last one gives it back. What is killed
/// instead leaves devices that end by their own clocks, and by their schedulers' time limits at the latest.
/// </summary>
/// <param name="parts">What was borrowed with.</param>
/// <param name="isLast">Whether no other silo is there to use what is borrowed.</param>
/// <param name="time">The clock.</param>
/// <param name="loggers">Told of what cannot be given back.</param>
internal sealed partial class LentDevices(
    BorrowingParts parts, Func<Task<bool>> isLast, TimeProvider time, ILoggerFactory loggers)
{
    /// <summary>How long devices may take to write and report their checkpoints; most often a scheduler's kill comes sooner.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(.5);

    private readonly ILogger logger = loggers.CreateLogger<LentDevices>();
    private readonly ILogger<Borrower> borrowers = loggers.CreateLogger<Borrower>();

    /// <summary>Gives all back where this silo is the last one, and waits until it is gone: devices report to the end.</summary>
    public async ValueTask GiveBack()
    {
        if (!parts.Providers.IsCompletedSuccessfully || !await IsLast()) return;
        var began = time.GetTimestamp();
        foreach (var provider in await parts.Providers)
        {
            var borrower = parts.NewBorrower(provider, borrowers);
            try
            {
                if (await borrower.ReturnAll(CancellationToken.None) is > 0 and var count) LogReturned(logger, provider.Name, count);
                while (await borrower.CountHeld(CancellationToken.None) > 0 && time.GetElapsedTime(began) < Patience)
                    await Task.Delay(Look, time);
            }
            catch (ProviderUnavailableException e)
            {
                LogKept(logger, e.Message);
            }
        }
    }

    private async Task<bool> IsLast()
    {
        try
        {
            return await isLast();
        }
        catch (StoreUnavailableException e)
        {
            // Others may be there.
            LogKept(logger, e.Message);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Gave all back to {Provider} that was borrowed of it: {Count}")]
    private static partial void LogReturned(ILogger logger, string provider, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Borrowed devices are left to end at their time limits: {Reason}")]
    private static partial void LogKept(ILogger logger, string reason);
}
