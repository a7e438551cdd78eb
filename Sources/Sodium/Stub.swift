enum SodiumStub {}
