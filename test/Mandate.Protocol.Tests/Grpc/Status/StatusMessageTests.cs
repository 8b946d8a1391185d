using Mandate.Protocol.Grpc.Status;

namespace Mandate.Protocol.Tests.Grpc.Status;

public sealed class StatusMessageTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("plain ~ text!", "plain ~ text!")]
    [InlineData("100%", "100%25")]
    [InlineData("a\r\nb", "a%0D%0Ab")]
    [InlineData("é✓😀", "%C3%A9%E2%9C%93%F0%9F%98%80")]
    [InlineData("\u007f", "%7F")]
    public void Encode_Text_EscapesOnlyWhatMustBe(string text, string encoded)
    {
        StatusMessage.Encode(text).ShouldBe(encoded);
        StatusMessage.Decode(encoded).ShouldBe(text);
    }

    [Fact]
    public void Encode_AnyText_ReadsBack()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var text = string.Concat(Enumerable.Range(0, random.Next(0, 60)).Select(_ => char.ConvertFromUtf32(random.Next(4) switch
            {
                0 => random.Next(0, 0x80),
                1 => random.Next(0x80, 0x800),
                2 => random.Next(0xE000, 0x10000),
                _ => random.Next(0x10000, 0x110000),
            })));

            var encoded = StatusMessage.Encode(text);

            encoded.ShouldAllBe(c => c >= 0x20 && c <= 0x7E);
            StatusMessage.Decode(encoded).ShouldBe(text);
        }
    }

    [Theory]
    [InlineData("x")]
    [InlineData("é")]
    [InlineData("😀")]
    public void Encode_LongText_IsCutBetweenCharacters(string character)
    {
        var encoded = StatusMessage.Encode(string.Concat(Enumerable.Repeat(character, 10_000)));

        encoded.Length.ShouldBeLessThanOrEqualTo(StatusMessage.MaxEncodedLength);
        encoded.Length.ShouldBeGreaterThan(StatusMessage.MaxEncodedLength - 16);
        StatusMessage.Decode(encoded).Replace("...", "").Replace(character, "").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("50% off", "50% off")]
    [InlineData("%", "%")]
    [InlineData("%4", "%4")]
    [InlineData("%zz%41", "%zzA")]
    public void Decode_InvalidEscape_IsKept(string encoded, string text) => StatusMessage.Decode(encoded).ShouldBe(text);
}
