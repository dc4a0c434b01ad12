using System.Net;

namespace AutoSelect.Api.Tests.Clients;

/// <summary>Notes what a client sends and what it is answered.</summary>
internal sealed class NotingHandler() : DelegatingHandler(new SocketsHttpHandler())
{
    public List<(HttpRequestMessage Request, HttpStatusCode Status)> Requests { get; } = [];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken);
        Requests.Add((request, answer.StatusCode));
        return answer;
    }
}
