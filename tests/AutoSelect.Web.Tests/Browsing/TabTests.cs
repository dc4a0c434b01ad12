namespace AutoSelect.Web.Tests;

[Collection(BrowserTests.Name)]
public sealed class TabTests(Chromium chromium)
{
    [Fact]
    public async Task What_is_drawn_anew_again_and_again_can_be_clicked()
    {
        await using var tab = await chromium.Open();
        await tab.Page.SetContentAsync("<main></main>");
        await tab.Page.EvaluateFunctionAsync("""
            () => {
              let left = 400;
              const drawing = setInterval(() => {
                document.querySelector("main").innerHTML = "<a>here</a>";
                if (--left === 0) clearInterval(drawing);
              }, 5);
            }
            """);
        for (var n = 0; n < 5; n++) await tab.Click("main a");
    }
}
