using AutoSelect.Contracts;
using Microsoft.Extensions.Hosting;

namespace AutoSelect.Host.Control.Borrowing;

/// <summary>Keeps the one borrower active, and has it active on another silo when its own is gone. On every silo.</summary>
internal sealed class BorrowerWaker(IGrainFactory grains, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                grains.GetGrain<IBorrowerGrain>(IBorrowerGrain.Key).Status().Ignore();
            }
            catch (ObjectDisposedException)
            {
                // The silo ends.
            }
        }
    }
}
