namespace AutoSelect.Api.Tests.Clients;

/// <summary>Says what a handler of the framework says whose connection was not made in time.</summary>
internal sealed class SilentHandler : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Task.FromException<HttpResponseMessage>(new TaskCanceledException("Canceled.", new TimeoutException(), cancellationToken));
}
