using Mandate.Engine.Visibility.Attributes;
using Mandate.Engine.Visibility.Listing;

namespace Mandate.Engine.Tests.Visibility;

public sealed class ValueTextTests
{
    [Theory]
    [InlineData("2026-03-04T12:00:00Z", "2026-03-04T12:00:00.0000000+00:00")]
    [InlineData("2026-03-04T12:00:00.5Z", "2026-03-04T12:00:00.5000000+00:00")]
    [InlineData("2026-03-04T12:00:00.123456789Z", "2026-03-04T12:00:00.1234567+00:00")]
    [InlineData("2026-03-04T12:00:00+01:30", "2026-03-04T10:30:00.0000000+00:00")]
    [InlineData("2021-06-07T16:46:34.236-08:00", "2021-06-08T00:46:34.2360000+00:00")]
    [InlineData("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.0000000+00:00")]
    public void TimeText_Rfc3339_IsRead(string text, string expected)
    {
        TimeText.TryParse(text, out var ticks).ShouldBeTrue();
        new DateTimeOffset(ticks, TimeSpan.Zero).ToString("O").ShouldBe(expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-03-04")]
    [InlineData("2026-03-04 12:00:00Z")]
    [InlineData("2026-03-04T12:00:00")]
    [InlineData("2026-03-04T12:00:00.Z")]
    [InlineData("2026-03-04T12:00:00Zx")]
    [InlineData("2026-03-04T12:00:00+01")]
    [InlineData("2026-13-04T12:00:00Z")]
    [InlineData("2026-02-29T12:00:00Z")]
    [InlineData("2026-03-04T24:00:00Z")]
    [InlineData("2026-03-04T12:60:00Z")]
    [InlineData("2026-03-04T12:00:61Z")]
    [InlineData("0000-03-04T12:00:00Z")]
    [InlineData("٢٠٢٦-03-04T12:00:00Z")]
    public void TimeText_AnythingElse_IsRefused(string text) => TimeText.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData(0, 0)]
    [InlineData(100, 1)]
    [InlineData(199, 1)]
    [InlineData(-1, -1)]
    [InlineData(-100, -1)]
    [InlineData(-101, -2)]
    public void TimeText_Nanoseconds_AreRoundedDown(long nanoseconds, long ticks) => TimeText.FromNanoseconds(nanoseconds).ShouldBe(DateTime.UnixEpoch.Ticks + ticks);

    [Theory]
    [InlineData("0", 0)]
    [InlineData("1500", 1_500)]
    [InlineData("-5", -5)]
    [InlineData("1ns", 1)]
    [InlineData("1us", 1_000)]
    [InlineData("1µs", 1_000)]
    [InlineData("300ms", 300_000_000)]
    [InlineData("1.5s", 1_500_000_000)]
    [InlineData(".5s", 500_000_000)]
    [InlineData("2h45m", 9_900_000_000_000)]
    [InlineData("-1.5h", -5_400_000_000_000)]
    [InlineData("1d12h", 129_600_000_000_000)]
    [InlineData("01:02:03", 3_723_000_000_000)]
    [InlineData("100:00:00", 360_000_000_000_000)]
    public void DurationText_Accepted_IsRead(string text, long expected)
    {
        DurationText.TryParse(text, out var nanoseconds).ShouldBeTrue();
        nanoseconds.ShouldBe(expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("h")]
    [InlineData("1x")]
    [InlineData("1h 2m")]
    [InlineData("1..5s")]
    [InlineData(".s")]
    [InlineData("01:60:00")]
    [InlineData("01:00:60")]
    [InlineData("1:2")]
    [InlineData("-1:00:00")]
    [InlineData("99999999999999999999d")]
    [InlineData("200000d")]
    [InlineData("9999999999:00:00")]
    public void DurationText_AnythingElse_IsRefused(string text) => DurationText.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("", "")]
    [InlineData("---", "")]
    [InlineData("my-business-id-foobar", "my|business|id|foobar")]
    [InlineData("my business id foobar", "my|business|id|foobar")]
    [InlineData("order-processing-v2", "order|processing|v2")]
    [InlineData("payment_retry_handler", "payment_retry_handler")]
    [InlineData("com.example.workflows.ProcessOrder", "com.example.workflows.processorder")]
    [InlineData("alpha:bravo", "alpha:bravo")]
    [InlineData("it's", "it's")]
    [InlineData("1.2.3 1,000", "1.2.3|1,000")]
    [InlineData("v1.ProcessOrder", "v1|processorder")]
    [InlineData("end. Begin 'quoted'", "end|begin|quoted")]
    [InlineData("twice Twice TWICE", "twice")]
    [InlineData("Grüße ΑΒΓ", "grüße|αβγ")]
    [InlineData("注文 order", "注|文|order")]
    public void TextWords_Documented_IsSplitAsDocumented(string text, string expected) => string.Join('|', TextWords.Of(text)).ShouldBe(expected);

    [Theory]
    [InlineData("order-", "order.")]
    [InlineData("a", "b")]
    [InlineData("", null)]
    [InlineData("\uD7FF", "\uE000")]
    [InlineData("a\U0010FFFF", "b")]
    [InlineData("\U0010FFFF", null)]
    [InlineData("a\U0001F600", "a\U0001F601")]
    public void EndOfPrefix_Prefix_IsTheFirstTextBehind(string prefix, string? expected) => TextRange.EndOfPrefix(prefix).ShouldBe(expected);
}
