using Mandate.Identity.Forwarding;
using Mandate.Testing;

namespace Mandate.Identity.Tests;

public sealed class ForwardedValueTests
{
    [Theory]
    [Scenario("identity", 26)]
    [InlineData("alice", "alice")]
    [InlineData("alice@acme.example", "alice@acme.example")]
    [InlineData("auth0|1", "auth0|1")]
    [InlineData("a b", "a%20b")]
    [InlineData("100%", "100%25")]
    [InlineData("a,b;c", "a%2Cb%3Bc")]
    [InlineData("é😀", "%C3%A9%F0%9F%98%80")]
    [InlineData("a\r\nX-Evil: 1", "a%0D%0AX-Evil:%201")]
    public void Encode_AnyText_IsHeaderSafeAndReadBack(string value, string expected)
    {
        ForwardedValue.Encode(value).ShouldBe(expected);
        ForwardedValue.TryDecode(expected).ShouldBe(value);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("%")]
    [InlineData("%2")]
    [InlineData("a%2")]
    [InlineData("%zz")]
    [InlineData("%2c")]
    [InlineData("%61")]
    [InlineData("%FF")]
    [InlineData("a,b")]
    [InlineData("é")]
    public void TryDecode_WhatEncodeDoesNotGive_IsNull(string value) => ForwardedValue.TryDecode(value).ShouldBeNull();
}
