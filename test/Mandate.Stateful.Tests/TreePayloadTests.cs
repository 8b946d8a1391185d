using Google.Protobuf;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Stateful.Tree;

namespace Mandate.Stateful.Tests;

public sealed class TreePayloadTests
{
    [Fact]
    public void ReadHandedOn_WhatWasWritten_IsReadAndNothingIsNothing()
    {
        var small = Header(TreePayload.WriteTree(new() { ApiUrl = "https://api.example.com/" }));
        var large = Header(TreePayload.WriteTree(new() { ApiUrl = new string('x', 100_000) }));

        TreePayload.ReadHandedOn(small)!.ApiUrl.ShouldBe("https://api.example.com/");
        TreePayload.ReadHandedOn(large)!.ApiUrl!.Length.ShouldBe(100_000);
        TreePayload.ReadHandedOn(new Dictionary<string, Payload>()).ShouldBeNull();
        TreePayload.ReadHandedOn(headers: null).ShouldBeNull();
    }

    [Fact]
    public void ReadTree_WithoutTheChildren_HasTheRest()
    {
        var header = Header(TreePayload.WriteTree(new() { ApiUrl = "https://api.example.com/", Children = [new() { Id = "child" }] }));

        var without = TreePayload.ReadTree(header, withChildren: false)!;

        (without.ApiUrl, without.Children.Count).ShouldBe(("https://api.example.com/", 0));
        TreePayload.ReadHandedOn(header)!.Children.ShouldHaveSingleItem().Id.ShouldBe("child");
        TreePayload.ReadHandedOn(header, withChildren: false)!.Children.ShouldBeEmpty("a first run has none, whatever its parent claims");
    }

    [Theory]
    [InlineData("json/plain", "{")]
    [InlineData("json/brotli", "no brotli")]
    [InlineData(TreePayload.WithChildren, "no brotli")]
    [InlineData("json/of-a-newer-version", "{}")]
    public void ReadHandedOn_WhatCannotBeRead_IsNotPassedOver(string encoding, string content)
    {
        var headers = Header(new() { Metadata = { ["encoding"] = ByteString.CopyFromUtf8(encoding) }, Data = ByteString.CopyFromUtf8(content) });

        Should.Throw<InvalidOperationException>(() => TreePayload.ReadHandedOn(headers)).Message.ShouldContain("cannot be read");
        TreePayload.ReadTree(headers, withChildren: true).ShouldBeNull();
    }

    internal static Dictionary<string, Payload> Header(Payload payload) => new() { [StatefulNames.TreeHeader] = payload };
}
