using AutoSelect.Storage;

namespace AutoSelect.Api.Tests.Serving;

public sealed class ApiProblemsTests
{
    [Fact]
    public void What_a_cluster_cannot_do_at_the_moment_is_no_error_of_the_server()
    {
        Exception[] faults =
        [
            new OperationCanceledException("Message expired before placement could complete"), new TimeoutException(),
            new StoreUnavailableException("x", new IOException("it is away")),
        ];
        Assert.All(faults, fault => Assert.Equal(503, ApiProblems.StatusOf(fault)));
    }
}
