enum GraphStub {}
