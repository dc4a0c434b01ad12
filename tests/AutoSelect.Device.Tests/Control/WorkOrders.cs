namespace AutoSelect.Device.Tests;

internal static class WorkOrders
{
    /// <summary>Completes when a segment was ordered to end.</summary>
    public static async Task IsOrdered(this RunningWork work)
    {
        var ordered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var _ = work.Ordered.Register(() => ordered.TrySetResult());
        await ordered.Task.WaitAsync(LoopRun.Patience, TestContext.Current.CancellationToken);
    }
}
