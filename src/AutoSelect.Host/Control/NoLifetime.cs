using Microsoft.Extensions.Hosting;

namespace AutoSelect.Host.Control;

/// <summary>The session starts and stops its hosts, and handles Ctrl-C itself.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
