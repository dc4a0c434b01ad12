using AutoSelect.Contracts;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Host.Control.Borrowing;

/// <summary>Has the rounds of its silo run while it is active there; it keeps nothing itself.</summary>
internal sealed partial class BorrowerGrain(BorrowerRounds rounds, ILogger<BorrowerGrain> logger) : Grain, IBorrowerGrain
{
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        rounds.Start();
        LogBegun();
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => rounds.Stop();

    public Task Look()
    {
        rounds.Look();
        return Task.CompletedTask;
    }

    public Task<BorrowingStatus> Status()
    {
        if (rounds.HasFailed)
        {
            // The next activation begins anew.
            LogFailed();
            DeactivateOnIdle();
        }
        return Task.FromResult(rounds.Status);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "This silo borrows the devices of the cluster")]
    private partial void LogBegun();

    [LoggerMessage(Level = LogLevel.Error, Message = "Borrowing has come to an unforeseen end and begins anew")]
    private partial void LogFailed();
}
