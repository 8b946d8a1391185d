using Google.Protobuf;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Stateful.Tree;

namespace Mandate.Stateful.Tests;

public sealed class TreePayloadTests
{
    [Fact]
    public void ReadHandedOn_WhatWasWritten_IsReadAndNothingIsNothing()
    {
        var small = new Dictionary<string, Payload> { ["tree"] = TreePayload.Write(new TreeSnapshot { ApiUrl = "https://api.example.com/" }) };
        var large = new Dictionary<string, Payload> { ["tree"] = TreePayload.Write(new TreeSnapshot { ApiUrl = new string('x', 100_000) }) };

        TreePayload.ReadHandedOn<TreeSnapshot>(small, "tree")!.ApiUrl.ShouldBe("https://api.example.com/");
        TreePayload.ReadHandedOn<TreeSnapshot>(large, "tree")!.ApiUrl!.Length.ShouldBe(100_000);
        TreePayload.ReadHandedOn<TreeSnapshot>(small, "other").ShouldBeNull();
        TreePayload.ReadHandedOn<TreeSnapshot>(headers: null, "tree").ShouldBeNull();
    }

    [Theory]
    [InlineData("json/plain", "{")]
    [InlineData("json/brotli", "no brotli")]
    [InlineData("json/of-a-newer-version", "{}")]
    public void ReadHandedOn_WhatCannotBeRead_IsNotPassedOver(string encoding, string content)
    {
        var headers = new Dictionary<string, Payload> { ["tree"] = new() { Metadata = { ["encoding"] = ByteString.CopyFromUtf8(encoding) }, Data = ByteString.CopyFromUtf8(content) } };

        Should.Throw<InvalidOperationException>(() => TreePayload.ReadHandedOn<TreeSnapshot>(headers, "tree")).Message.ShouldContain("cannot be read");
        TreePayload.Read<TreeSnapshot>(headers, "tree").ShouldBeNull();
    }
}
